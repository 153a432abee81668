"""The examples in the docstrings give what they say."""

import doctest
import pkgutil
from importlib import import_module

import pytest

import evalplatform.agreement.against_people as package

MODULES = [f"{package.__name__}.{module.name}" for module in pkgutil.iter_modules(package.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0
