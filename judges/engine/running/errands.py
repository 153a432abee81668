"""What runs beside a loop: errands to ledger and store, one of each kind at a time."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any  # errands answer with whatever they are for


class Errands:
    """Sent off and waited for by name; whoever has news for the loop wakes it."""

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._news = asyncio.Event()

    def __bool__(self) -> bool:
        return bool(self._under_way)

    def __contains__(self, name: str) -> bool:
        return name in self._under_way

    def send(self, name: str, errand: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Start it, unless one of its name is under way."""
        if name not in self._under_way:
            self._under_way[name] = task = asyncio.create_task(errand())
            task.add_done_callback(lambda _: self.wake())

    def wake(self) -> None:
        """There is something for the loop to look at."""
        self._news.set()

    async def wait(self, seconds: float) -> None:
        """Until there is news, and at most for so long. Raises what an errand failed of."""
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            pass
        self._news.clear()
        for name in [name for name, task in self._under_way.items() if task.done()]:
            self._under_way.pop(name).result()

    def cancel(self) -> None:
        """Call off whatever is under way."""
        for task in self._under_way.values():
            task.cancel()
