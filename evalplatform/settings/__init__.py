"""Settings by concern (base, database, store, security, texts, logs), then by place (embedded, production, test).

Only the modules of this package read the environment.
"""
