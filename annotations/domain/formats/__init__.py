"""Study folders: the exchange layout of manifest, items, generations and ratings as JSON lines."""
