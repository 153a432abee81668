"""A proxy of our own that stands before Redis, PostgreSQL or a provider and behaves badly when told to.

`with FaultProxy("127.0.0.1:6379") as proxy:` listens at `proxy.address`; `proxy.behave(Fault.BLACKHOLE)` changes
its ways while it runs, for connections that are open as well as for new ones. Addresses are `host:port`, or the
path of a unix socket.
"""

import asyncio
import enum
import socket
import struct
import threading
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

LINGER_NOT = struct.pack("ii", 1, 0)  # closing sends RST
PIECE = 65_536


class Fault(enum.Enum):
    """How a proxy behaves."""

    PASS = "pass"
    LATENCY = "latency"  # every piece is `amount` seconds late
    DRIP = "drip"  # `amount` bytes a second from the server to the client
    RESET = "reset"  # connections are taken and torn down
    BLACKHOLE = "blackhole"  # connections are taken, and nothing passes
    REFUSE = "refuse"  # nobody listens


@dataclass
class FaultProxy:
    """Stands before `target`; serves from a thread of its own, on `listen` or on a free port."""

    target: str
    listen: str = "127.0.0.1:0"
    connections: int = 0
    _fault: Fault = Fault.PASS
    _amount: float = 0.0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _server: asyncio.Server | None = None

    def __post_init__(self) -> None:
        self.address = self.listen
        self._loop = asyncio.new_event_loop()
        self._changed = asyncio.Event()
        self._thread = threading.Thread(target=self._live, name="fault-proxy", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._listen())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def behave(self, fault: Fault, amount: float = 0.0) -> None:
        """From now on, in this way; returns once it is so."""
        self._run(self._behave(fault, amount))

    def tear_down(self) -> None:
        """Break every open connection; whoever connects anew is served."""
        self._run(self._behave(Fault.RESET, 0.0))
        self._run(self._behave(Fault.PASS, 0.0))

    def _run(self, work: Coroutine[None, None, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(5)

    def _live(self) -> None:
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.01))
        self._loop.close()

    async def _listen(self) -> None:
        if is_path(self.address):
            self._server = await asyncio.start_unix_server(self._meet, self.address)
            return
        host, port = split_address(self.address)
        self._server = await asyncio.start_server(self._meet, host, port)
        self.address = f"{host}:{self._server.sockets[0].getsockname()[1]}"  # the same after a refusal

    async def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _close(self) -> None:
        await self._stop_listening()
        self._tear_down()

    async def _behave(self, fault: Fault, amount: float) -> None:
        self._fault, self._amount = fault, amount
        if fault is Fault.REFUSE:
            await self._stop_listening()
        elif self._server is None:
            await self._listen()
        if fault in (Fault.REFUSE, Fault.RESET):
            self._tear_down()
        self._changed.set()  # who waits looks again
        self._changed = asyncio.Event()

    def _tear_down(self) -> None:
        for writer in list(self._open):
            reset(writer)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self._fault in (Fault.RESET, Fault.REFUSE):  # the latter: it was let in just before
            reset(writer)
            return
        self._open.add(writer)
        onward: asyncio.StreamWriter | None = None
        with suppress(OSError, asyncio.CancelledError):
            await self._hold()
            answers, onward = await connect(self.target)
            self._open.add(onward)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pump(reader, onward, is_answer=False))
                both.create_task(self._pump(answers, writer, is_answer=True))
        for end in (writer, onward):
            if end is not None:
                self._open.discard(end)
                end.close()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_answer: bool
    ) -> None:
        """Carry one direction; its end is told to the other side."""
        with suppress(OSError):
            while piece := await reader.read(PIECE):
                await self._carry(piece, writer, is_answer=is_answer)
            if writer.can_write_eof():
                writer.write_eof()

    async def _carry(self, piece: bytes, writer: asyncio.StreamWriter, *, is_answer: bool) -> None:
        while piece:
            await self._hold()
            size = len(piece)
            if self._fault is Fault.LATENCY:
                await asyncio.sleep(self._amount)
            elif self._fault is Fault.DRIP and is_answer:
                await asyncio.sleep(1 / self._amount)
                size = 1
            writer.write(piece[:size])
            await writer.drain()
            piece = piece[size:]

    async def _hold(self) -> None:
        while self._fault is Fault.BLACKHOLE:
            await self._changed.wait()


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection as a machine does that has lost its memory of it."""
    ours = writer.get_extra_info("socket")
    if ours is not None and ours.family != socket.AF_UNIX:
        with suppress(OSError):
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
    writer.transport.abort()


def is_path(address: str) -> bool:
    return address.startswith("/")


def split_address(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host, int(port)


async def connect(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to `host:port` or to the unix socket at a path."""
    if is_path(address):
        return await asyncio.open_unix_connection(address)
    return await asyncio.open_connection(*split_address(address))
