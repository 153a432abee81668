"""A small provider of our own over real HTTP: OpenAI's chat completions and responses, Anthropic's messages, batches.

It fills the JSON schema it is given: verdicts prefer the longer of the two answers that stand between `[[` and
`]]`, rankings go by length too, numbers are the middle of their range. Faults are served first, in the order of the
script.
Run as a module it prints its address: `python -m tests.fakes.provider --latency 0.1`.
"""

import argparse
import asyncio
import json
import re
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self  # bodies are any JSON value

from tests.fakes.batches import BatchDesk
from tests.fakes.bodies import (
    PROSE,
    read_form,
    read_told,
    write_chat,
    write_decisions,
    write_message,
    write_response,
)

FINE: dict[str, Callable[[Any], bool]] = {
    "temperature": lambda value: 0 <= value <= 2,
    "top_p": lambda value: 0 <= value <= 1,
    "seed": lambda value: isinstance(value, int),
    "reasoning_effort": lambda value: value in ("low", "medium", "high"),
}
ANSWER = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
VALUE = re.compile(r'"value": ("[^"]*"|[0-9.]+)')
VALUES = {
    "outside": "7",
    "letter": '"C"',
    "nan": "NaN",
    "doubled": '"1>1>2>3"',
    "missing": '"1>2>3"',
    "of_ten": '"10/10"',
    "two": "2",
    "four": "4",
}
DRIP_EVERY = 1.0
SHARED_FAULTS = ("500", "529", "cut", "reset", "hang")
STATUS = re.compile(r"\d{3}")


@dataclass
class FakeProvider:
    """`with FakeProvider(faults=["500", "429:0.2"]) as fake:` serves at `fake.url`."""

    latency: float = 0.0
    faults: list[str] = field(default_factory=list)
    always: str = ""
    hang: float = 30.0
    requests: list[dict[str, Any]] = field(default_factory=list)
    answered: Counter[str] = field(default_factory=Counter)
    keys: set[str] = field(default_factory=set)
    headers: dict[str, str] = field(default_factory=dict)
    rate: float = 0.0
    fault_share: float = 0.0
    keep: bool = True
    bytes_a_token: int = 0  # of chat; 0: 100 tokens in and 10 out, whatever was said
    port: int = 0
    on_request: Callable[[dict[str, Any]], None] = lambda body: None
    lacks: frozenset[str] = frozenset()
    ignores: frozenset[str] = frozenset()
    lean: int = 0  # characters that a ranking credits the answer shown first with
    in_flight: int = 0
    peak: int = 0

    def __post_init__(self) -> None:
        self._script = deque(self.faults)
        self.desk = BatchDesk(lambda path, body: json.loads(self._write(path, body, "")))
        self._started: deque[float] = deque()
        self._count = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(5)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.cancel)
        self._thread.join(5)

    def _serve(self) -> None:
        self._stop = self._loop.create_task(self._listen())
        try:
            self._loop.run_until_complete(self._stop)
        except asyncio.CancelledError:
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.run_until_complete(asyncio.sleep(0.01))
        finally:
            self._loop.close()

    async def _listen(self) -> None:
        server = await asyncio.start_server(self._meet, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        async with server:
            await asyncio.Event().wait()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._answer_one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        found = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        raw = await _read_body(reader, found)
        body = json.loads(raw) if raw.startswith(b"{") else {}
        if self.keep:
            self.requests.append(body)
        self.keys.add(found.get("authorization", found.get("x-api-key", "")).removeprefix("bearer "))
        self.on_request(body)
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        try:
            method, path, _ = head.split(" ", 2)
            return await self._reply(method, path, raw, body, writer)
        finally:
            self.in_flight -= 1

    async def _reply(
        self, method: str, path: str, raw: bytes, body: dict[str, Any], writer: asyncio.StreamWriter
    ) -> bool:
        fault, _, detail = self._draw_fault().partition(":")
        await asyncio.sleep(self.latency)
        if fault == "hang":
            await asyncio.sleep(self.hang)
        if STATUS.fullmatch(fault):
            extra = {"retry-after": detail} if detail and fault in ("429", "503") else {}
            extra |= {"location": detail} if fault == "302" else {}
            await _send(writer, json.dumps({"error": {"message": detail or "no"}}), int(fault), extra)
            return True
        if fault == "html":
            await _send(writer, "<html>Sign in</html>", 200, {"content-type": "text/html"})
            return True
        if refused := self._find_refused(path, body):
            await _send(writer, json.dumps({"error": {"message": f"no {refused}"}}), 400, {})
            return True
        filed = self.desk.handle(method, path, raw)
        status, text, kind = filed or (200, self._write(path, body, fault), "application/json")
        if self.keep and not filed:
            self.answered[json.dumps(body, sort_keys=True)] += 1
        if fault == "drip":
            await _drip(writer, text)
            return False
        headers = {"content-type": kind, **self.headers}
        await _send(writer, text, status, headers, cut=fault in ("cut", "reset"))
        if fault == "reset":
            writer.transport.abort()
        return fault not in ("cut", "reset")

    def _draw_fault(self) -> str:
        """The next of the script; else, where there is a limit, a refusal of what comes too fast."""
        if self._script:
            return self._script.popleft()
        self._count += 1
        now = time.monotonic()
        while self._started and self._started[0] < now - 1:
            self._started.popleft()
        if self.rate and len(self._started) >= self.rate:
            return "429:1"
        self._started.append(now)
        if self.fault_share and self._count % round(1 / self.fault_share) == 0:
            return SHARED_FAULTS[self._count // round(1 / self.fault_share) % len(SHARED_FAULTS)]
        return self.always

    def _write(self, path: str, body: dict[str, Any], fault: str) -> str:
        if path.endswith("/decisions"):
            return json.dumps(write_decisions(body, fault=fault))
        text = spoil(fault, self._say(path, body))
        if path.endswith("/chat/completions"):
            counted = self._count_tokens(body, text) if self.bytes_a_token else {}
            return json.dumps(write_chat(body, text, fault=fault, ignores=self.ignores, counted=counted))
        if path.endswith("/responses"):
            return json.dumps(write_response(body, text, fault=fault))
        return json.dumps(write_message(body, text, fault=fault))

    def _say(self, path: str, body: dict[str, Any]) -> str:
        form = read_form(path, body, self.ignores)
        schema = form or read_told(body) or form
        prompt = body["input"] if path.endswith("/responses") else body["messages"][-1]["content"]
        return PROSE if schema is None else json.dumps(fill(schema, prompt, self.lean) if schema else {})

    def _count_tokens(self, body: dict[str, Any], reply: str) -> dict[str, int]:
        sent = "".join(message["content"] for message in body["messages"])
        sent += json.dumps(body["response_format"]["json_schema"]["schema"])
        named = {"prompt_tokens": sent, "completion_tokens": reply}
        return {name: len(text.encode()) // self.bytes_a_token for name, text in named.items()}

    def _find_refused(self, path: str, body: dict[str, Any]) -> str:
        """The first thing in the request that this provider lacks, a path or a field, or whose value is nonsense."""
        lacking = [name for name in self.lacks if name in body or path.partition("?")[0].endswith(f"/{name}")]
        form = body.get("response_format", {}).get("type", "")
        odd = [name for name, fine in FINE.items() if name in body and name not in self.ignores | self.lacks
               and not fine(body[name])]  # fmt: skip
        return next(iter([*lacking, *([form] if form in self.lacks else []), *odd]), "")


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding") != "chunked":
        return await reader.readexactly(int(headers.get("content-length", 0)))
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


async def _send(
    writer: asyncio.StreamWriter, body: str, status: int, headers: dict[str, str], *, cut: bool = False
) -> None:
    raw = body.encode()
    fields = {"content-type": "application/json", "content-length": str(len(raw)), **headers}
    head = f"HTTP/1.1 {status} X\r\n" + "".join(f"{k}: {v}\r\n" for k, v in fields.items())
    writer.write(head.encode() + b"\r\n" + (raw[: len(raw) // 2] if cut else raw))
    await writer.drain()


async def _drip(writer: asyncio.StreamWriter, body: str) -> None:
    """A byte a second: never silent, never done."""
    writer.write(b"HTTP/1.1 200 X\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n")
    for byte in body.encode():
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(DRIP_EVERY)


def spoil(fault: str, text: str) -> str:
    """The verdict as a model that does not keep to the schema writes it."""
    if fault in VALUES:
        return VALUE.sub(f'"value": {VALUES[fault]}', text)
    whole = {
        "unparsable": PROSE,
        "short": text[:-4],
        "empty": "",
        "twice": text + "\n" + text,
    }
    return whole.get(fault, text)


def fill(schema: dict[str, Any], prompt: str, lean: int = 0) -> Any:
    """A value that fits the schema, with the fake's opinion where it asks for a verdict."""
    if "properties" in schema:
        return {name: fill(part, prompt, lean) for name, part in schema["properties"].items()}
    if "enum" in schema:
        first, second = ([*ANSWER.findall(prompt), "", ""])[:2]
        longer = "first" if len(first) >= len(second) else "second"
        return longer if longer in schema["enum"] else schema["enum"][len(schema["enum"]) // 2]
    if schema["type"] in ("integer", "number"):
        return (schema.get("minimum", 0) + schema.get("maximum", 10)) // 2
    if "from best to worst" in schema.get("description", ""):
        return rank(ANSWER.findall(prompt), lean)
    return True if schema["type"] == "boolean" else "Because it says more."


def rank(answers: list[str], lean: int) -> str:
    """The longer the better, and the first is taken for longer than it is; equals are ties."""
    sizes = [len(answer) + (lean if place == 0 else 0) for place, answer in enumerate(answers)]
    levels = sorted(set(sizes), reverse=True)
    return ">".join("=".join(str(n) for n, size in enumerate(sizes, 1) if size == level) for level in levels)


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--rate", type=float, default=0.0, help="calls a second, stated in headers")
    parser.add_argument("--faults", type=float, default=0.0, help="share of calls that fail")
    options = parser.parse_args()
    headers = {"x-ratelimit-limit-requests": str(round(60 * options.rate))} if options.rate else {}
    with FakeProvider(
        latency=options.latency, port=options.port, rate=options.rate, fault_share=options.faults,
        headers=headers, keep=False,
    ) as fake:  # fmt: skip
        print(fake.url, flush=True)  # noqa: T201 - the address is what the caller waits for
        threading.Event().wait()


if __name__ == "__main__":
    main()
