"""Redis (or the embedded Valkey) and Celery: it rings the bell, the database keeps the work."""

from pathlib import Path

from evalplatform.settings.env import read_number, read_text
from evalplatform.settings.paths import store_socket

# Leases and time limits, in seconds. Tests shorten them.
EVALPLATFORM_ASSIGNMENT_LEASE = read_number("EVALPLATFORM_ASSIGNMENT_LEASE", 15 * 60)
EVALPLATFORM_ATTEMPT_LEASE = read_number("EVALPLATFORM_ATTEMPT_LEASE", 60)
EVALPLATFORM_SHARD_LEASE = read_number("EVALPLATFORM_SHARD_LEASE", 60)
EVALPLATFORM_SWEEP_INTERVAL = read_number("EVALPLATFORM_SWEEP_INTERVAL", 15)
EVALPLATFORM_PROVIDER_TIMEOUT = read_number("EVALPLATFORM_PROVIDER_TIMEOUT", 60)
EVALPLATFORM_OUTAGE_SECONDS = read_number("EVALPLATFORM_OUTAGE_SECONDS", 300)
EVALPLATFORM_LOOP_SECONDS = read_number("EVALPLATFORM_LOOP_SECONDS", 60)
EVALPLATFORM_TURN_SECONDS = read_number("EVALPLATFORM_TURN_SECONDS", 10)
EVALPLATFORM_SHARDS = int(read_number("EVALPLATFORM_SHARDS", 1))
EVALPLATFORM_SHORTEST_PATIENCE = read_number("EVALPLATFORM_SHORTEST_PATIENCE", 5)
EVALPLATFORM_CALLS_IN_FLIGHT = int(read_number("EVALPLATFORM_CALLS_IN_FLIGHT", 32))
EVALPLATFORM_TRANSPORT = read_text("EVALPLATFORM_TRANSPORT", "sdk")
EVALPLATFORM_MAX_CALLS = int(read_number("EVALPLATFORM_MAX_CALLS", 4))
EVALPLATFORM_REPEATS = int(read_number("EVALPLATFORM_REPEATS", 3))
EVALPLATFORM_REPEAT_TASKS = int(read_number("EVALPLATFORM_REPEAT_TASKS", 50))
EVALPLATFORM_REPLY_DAYS = read_number("EVALPLATFORM_REPLY_DAYS", 90)

CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"judges.jobs.*": {"queue": "judges"}}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SOFT_TIME_LIMIT = 150
CELERY_TASK_TIME_LIMIT = 180
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.2,
    "interval_max": 0.2,
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
# A loop that goes on while the store is away harms nobody: its lease keeps a second one out. Ended, it would pay again.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,
    "socket_connect_timeout": 3,
    "socket_keepalive": True,
    "health_check_interval": 15,
    "global_keyprefix": "evalplatform:",
}


def embedded_store_url(data: Path) -> str:
    """Where the embedded store of this data folder listens."""
    return f"unix://{store_socket(data)}"


def broker_url(redis_url: str) -> str:
    """Celery's spelling of a Redis URL: it knows sockets under another scheme."""
    return redis_url.replace("unix://", "redis+socket://")
