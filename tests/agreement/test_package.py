import inspect
import pkgutil
import subprocess
import sys
from importlib import import_module
from types import ModuleType

import pytest

import evalplatform.agreement as package

PROBE = """
import sys
before = set(sys.modules)
import evalplatform.agreement
loaded = {name.split(".")[0] for name in set(sys.modules) - before}
print(sorted(loaded & {"django", "celery", "rest_framework", "redis", "openai", "anthropic", "scipy", "krippendorff"}))
"""


def test_importing_the_statistics_loads_numpy_and_nothing_heavy() -> None:
    found = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def list_rooms() -> list[ModuleType]:
    """The package and those within it that have public names of their own."""
    inner = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    return [package, *(import_module(module.name) for module in inner if module.ispkg)]


@pytest.mark.parametrize("room", list_rooms(), ids=lambda room: room.__name__)
def test_every_public_name_is_documented(room: ModuleType) -> None:
    public = [getattr(room, name) for name in getattr(room, "__all__", ())]
    bare = [
        each.__name__
        for each in public
        if inspect.isroutine(each) or inspect.isclass(each)
        if not each.__doc__
    ]
    assert bare == []
