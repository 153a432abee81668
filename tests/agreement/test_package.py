import ast
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
{statement}
loaded = set(sys.modules) - before
heavy = {{"numpy", "django", "celery", "rest_framework", "redis", "openai", "anthropic", "scipy", "krippendorff"}}
rooms = {{name.split(".")[2] for name in loaded if name.startswith("evalplatform.agreement.")}}
print(*sorted({{name.split(".")[0] for name in loaded}} & heavy), "and", *sorted(rooms & {{"reliability", "ranking"}}))
"""


@pytest.mark.parametrize(
    ("statement", "loaded"),
    [
        ("import evalplatform.agreement", "and"),
        ("from evalplatform.agreement import RatingTable", "numpy and"),
        ("from evalplatform.agreement import krippendorff_alpha", "numpy and reliability"),
        ("from evalplatform.agreement import *", "numpy and ranking reliability"),
    ],
)
def test_importing_the_statistics_loads_what_is_used_and_nothing_heavy(statement: str, loaded: str) -> None:
    probe = PROBE.format(statement=statement)
    found = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == loaded


def test_every_public_name_has_one_home_and_readers_of_types_see_the_same() -> None:
    tree = ast.parse(inspect.getsource(package))
    named = {
        (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(package.__name__)
        for alias in node.names
    }
    homes = [(f"{package.__name__}.{home}", name) for home, names in package.HOMES.items() for name in names]
    assert set(homes) == named
    assert sorted(name for _, name in homes) == sorted(package.__all__)


def test_a_name_that_is_not_there_is_an_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'kappa'"):
        package.kappa  # noqa: B018 - asking is the test


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
