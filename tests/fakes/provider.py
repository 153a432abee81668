"""A small provider of our own over real HTTP: OpenAI's chat completions and Anthropic's messages.

It fills the JSON schema it is given: verdicts prefer the longer of the two answers that stand between `[[` and
`]]`, numbers are the middle of their range. Faults are served first, in the order of the script.
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

ANSWER = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
VALUE = re.compile(r'"value": ("[^"]*"|[0-9.]+)')
VALUES = {"outside": "7", "letter": '"C"', "nan": "NaN", "of_ten": '"10/10"'}
DRIP_EVERY = 1.0
SHARED_FAULTS = ("500", "529", "cut", "reset")
STATUS = re.compile(r"\d{3}")


@dataclass
class FakeProvider:
    """`with FakeProvider(faults=["500", "429:0.2"]) as fake:` serves at `fake.url`."""

    latency: float = 0.0
    faults: list[str] = field(default_factory=list)
    always: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    answered: Counter[str] = field(default_factory=Counter)
    keys: set[str] = field(default_factory=set)
    headers: dict[str, str] = field(default_factory=dict)
    rate: float = 0.0
    fault_share: float = 0.0
    keep: bool = True
    port: int = 0
    on_request: Callable[[dict[str, Any]], None] = lambda body: None
    in_flight: int = 0
    peak: int = 0

    def __post_init__(self) -> None:
        self._script = deque(self.faults)
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
        body = json.loads(await reader.readexactly(int(found.get("content-length", 0))) or b"{}")
        if self.keep:
            self.requests.append(body)
        self.keys.add(found.get("authorization", found.get("x-api-key", "")).removeprefix("bearer "))
        self.on_request(body)
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        try:
            return await self._reply(head.split(" ", 2)[1], body, writer)
        finally:
            self.in_flight -= 1

    async def _reply(self, path: str, body: dict[str, Any], writer: asyncio.StreamWriter) -> bool:
        fault, _, detail = self._draw_fault().partition(":")
        await asyncio.sleep(self.latency)
        if fault == "hang":
            await asyncio.sleep(30)
        if STATUS.fullmatch(fault):
            extra = {"retry-after": detail} if detail and fault in ("429", "503") else {}
            extra |= {"location": detail} if fault == "302" else {}
            await _send(writer, json.dumps({"error": {"message": detail or "no"}}), int(fault), extra)
            return True
        if fault == "html":
            await _send(writer, "<html>Sign in</html>", 200, {"content-type": "text/html"})
            return True
        raw = self._write(path, body, fault)
        if self.keep:
            self.answered[json.dumps(body, sort_keys=True)] += 1
        if fault == "drip":
            await _drip(writer, raw)
            return False
        await _send(writer, raw, 200, self.headers, cut=fault in ("cut", "reset"))
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
        is_chat = path.endswith("/chat/completions")
        shape = body["response_format"]["json_schema"] if is_chat else body["output_config"]["format"]
        text = json.dumps(fill(shape["schema"], body["messages"][-1]["content"]))
        text = spoil(fault, text)
        if is_chat:
            message = {"role": "assistant", "content": text, "refusal": None}
            if fault == "refusal":
                message |= {"content": None, "refusal": "I cannot judge this."}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            usage = {
                "prompt_tokens": 100,
                "completion_tokens": 10,
                "prompt_tokens_details": {"cached_tokens": 40},
            }
            choices = [] if fault == "choiceless" else [choice]
            return json.dumps(
                {"id": "c1", "model": f"{body['model']}-2026", "choices": choices, "usage": usage}
            )
        stop = "refusal" if fault == "refusal" else "end_turn"
        usage = {"input_tokens": 60, "cache_read_input_tokens": 40, "output_tokens": 10}
        content = None if fault == "choiceless" else [{"type": "text", "text": text}]
        return json.dumps(
            {"id": "m1", "type": "message", "role": "assistant", "model": f"{body['model']}-2026",
             "content": content, "stop_reason": stop, "usage": usage}
        )  # fmt: skip


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
        "unparsable": "I would say the first.",
        "short": text[:-4],
        "empty": "",
        "twice": text + "\n" + text,
    }
    return whole.get(fault, text)


def fill(schema: dict[str, Any], prompt: str) -> Any:
    """A value that fits the schema, with the fake's opinion where it asks for a verdict."""
    if "properties" in schema:
        return {name: fill(part, prompt) for name, part in schema["properties"].items()}
    if "enum" in schema:
        first, second = ([*ANSWER.findall(prompt), "", ""])[:2]
        longer = "first" if len(first) >= len(second) else "second"
        return longer if longer in schema["enum"] else schema["enum"][len(schema["enum"]) // 2]
    if schema["type"] in ("integer", "number"):
        return (schema.get("minimum", 0) + schema.get("maximum", 10)) // 2
    return "Because it says more."


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
