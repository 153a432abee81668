"""The examples in the docstrings give what they say."""

import doctest
import pkgutil
from importlib import import_module

import pytest

import evalplatform.metrics as package

MODULES = [
    module.name
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not module.ispkg
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0
