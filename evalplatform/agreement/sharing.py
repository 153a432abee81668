"""Work that several figures have in common, done once.

The figures of a report ask again and again for the same: the same ratings under the same rule, the same draws of
as many clusters, what the same ratings come to under the same draws. Inside `share_work` a function marked
`shared`, called again with the very same objects, gives what it gave before. Outside it nothing is remembered, and
no figure depends on it: what is shared are functions of their arguments alone, which nobody changes.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar  # Any: arguments and results of any function

import numpy as np

MOST_NUMBERS = 2**25  # remembered at once (256 MiB); what was used longest ago is forgotten first

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class SharedWork:
    """What functions gave to which arguments, up to `MOST_NUMBERS` numbers."""

    def __init__(self) -> None:
        self._held: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._numbers = 0

    def once(self, work: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Give what the function gave to these arguments before, or let it work."""
        key = (work, *map(_name, arguments), *((name, _name(value)) for name, value in named.items()))
        found = self._held.get(key)
        if found is not None:
            self._held.move_to_end(key)
            return found[0]
        result = work(*arguments, **named)
        self._remember(key, result)
        return result

    def _remember(self, key: Hashable, result: Any) -> None:
        size = _count_numbers(result)
        self._held[key] = result, size
        self._numbers += size
        while self._numbers > MOST_NUMBERS:
            _, (_, forgotten) = self._held.popitem(last=False)
            self._numbers -= forgotten


_current: ContextVar[SharedWork | None] = ContextVar("shared work", default=None)


@contextmanager
def share_work() -> Iterator[None]:
    """Share work among the figures asked for inside; an outer `share_work` goes on being the one in use."""
    if _current.get() is not None:
        yield
        return
    token = _current.set(SharedWork())
    try:
        yield
    finally:
        _current.reset(token)


def shared(work: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Mark a function of its arguments alone, whose result nobody changes, as work to be shared."""

    @wraps(work)
    def once(*arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
        current = _current.get()
        if current is None:
            return work(*arguments, **named)
        found: Result = current.once(work, arguments, named)
        return found

    return once


class _Same:
    """An argument that is equal to itself alone; holding it keeps another from taking its place in memory."""

    __slots__ = ("held",)

    def __init__(self, held: object) -> None:
        self.held = held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.held is other.held

    def __hash__(self) -> int:
        return id(self.held)


def _name(argument: object) -> Hashable:
    """Names and numbers are known by their value, and so is what holds only such; the rest by identity."""
    try:
        hash(argument)
    except TypeError:
        return _Same(argument)
    return type(argument), argument  # 1, 1.0 and True are equal, and three


def _count_numbers(result: object) -> int:
    """About how many numbers a result holds: arrays, and what tells its `footprint`, are what counts."""
    if isinstance(result, np.ndarray):
        return int(result.size)
    if isinstance(result, list | tuple):
        return sum(map(_count_numbers, result))
    return int(getattr(result, "footprint", 1))
