"""One process of raters who press without a pause: `python -m benchmarks.raters ADDRESS SLUG SECONDS WHO...`.

Over HTTP, with tokens; or, where the address is `here`, by the verbs of the domain, with ids of raters; or `ahead`,
the same with the next task leased before each answer. It says `ready`, begins at a line on its input, and prints
what it measured as one line of JSON.
"""

import argparse
import http.client
import json
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol  # bodies are JSON

WARM_UP = 1.0  # seconds that are not counted: connections open, plans are made
HERE, AHEAD = "here", "ahead"
PAUSE = 0.1  # seconds until somebody asks again while others hold the rest


@dataclass
class Timings:
    """Seconds that each claim and submit took, and answers by status where it was none of the usual ones.

    `stored`: the assignments whose answers were acknowledged.
    """

    claims: list[float] = field(default_factory=list)
    submits: list[float] = field(default_factory=list)
    odd: dict[str, int] = field(default_factory=dict)
    stored: list[str] = field(default_factory=list)


class Rater(Protocol):
    """Somebody who rates."""

    def step(self, timings: Timings) -> bool:
        """Claim and answer one task; False when nothing is left."""


class Client:
    """A rater with a token and a connection that is kept."""

    def __init__(self, address: str, slug: str, token: str) -> None:
        self._server = http.client.HTTPConnection(address, timeout=60)
        self._claim = f"/api/v1/projects/{slug}/assignments/"
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def step(self, timings: Timings) -> bool:
        begin = time.perf_counter()
        status, body = self._ask("POST", self._claim)
        claimed = time.perf_counter()
        if status != 201:
            return self._wait(status, timings)
        answer = {"ratings": {"overall": "first"}, "seconds": 1.0, "client_key": body["id"]}
        status, _ = self._ask("PUT", f"/api/v1/assignments/{body['id']}/annotation/", answer)
        timings.claims.append(claimed - begin)
        timings.submits.append(time.perf_counter() - claimed)
        if status in (200, 201):
            timings.stored.append(body["id"])
        else:
            timings.odd[str(status)] = timings.odd.get(str(status), 0) + 1
        return True

    def _wait(self, status: int, timings: Timings) -> bool:
        if status == 204:
            return False
        if status != 503:
            timings.odd[str(status)] = timings.odd.get(str(status), 0) + 1
        time.sleep(PAUSE)
        return True

    def _ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        self._server.request(method, path, json.dumps(body or {}), self._headers)
        answer = self._server.getresponse()
        raw = answer.read()
        return answer.status, json.loads(raw) if raw else None


class Insider:
    """A rater whose claims and answers are the verbs that pages and API use."""

    def __init__(self, rater_id: int, *, looks_ahead: bool) -> None:
        from annotations.models import Rater

        self._looks_ahead = looks_ahead
        self._rater = Rater.objects.get(pk=rater_id)

    def step(self, timings: Timings) -> bool:
        from django.db import OperationalError

        try:
            return self._step(timings)
        except OperationalError as error:  # over HTTP a 503
            timings.odd[type(error).__name__] = timings.odd.get(type(error).__name__, 0) + 1
            return True

    def _step(self, timings: Timings) -> bool:
        from annotations.domain.queue.ahead import claim_ahead
        from annotations.domain.queue.claim import claim_assignment
        from annotations.domain.submitting.annotate import record_annotation
        from evalplatform.common.errors import Exhausted

        begin = time.perf_counter()
        try:
            held = claim_assignment(rater=self._rater)
        except Exhausted:
            time.sleep(PAUSE)
            return True
        claimed = time.perf_counter()
        if held is None:
            return False
        if self._looks_ahead:
            claim_ahead(rater=self._rater, beside=held.public_id)
        key = str(held.public_id)
        record_annotation(assignment=held, ratings={"overall": "first"}, seconds=1.0, client_key=key)
        timings.stored.append(key)
        timings.claims.append(claimed - begin)
        timings.submits.append(time.perf_counter() - claimed)
        return True


def make_raters(address: str, slug: str, who: list[str]) -> list[Rater]:
    if address not in (HERE, AHEAD):
        return [Client(address, slug, token) for token in who]
    import django

    django.setup()
    return [Insider(int(pk), looks_ahead=address == AHEAD) for pk in who]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("slug")
    parser.add_argument("seconds", type=float, help="0: until nothing is left")
    parser.add_argument("who", nargs="+", help="tokens, or ids of raters")
    options = parser.parse_args()
    timings, start = Timings(), threading.Event()
    raters = make_raters(options.address, options.slug, options.who)
    threads = [
        threading.Thread(target=press, args=(rater, options.seconds, start, timings)) for rater in raters
    ]
    for thread in threads:
        thread.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    start.set()
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps(asdict(timings)) + "\n")


def press(rater: Rater, seconds: float, start: threading.Event, timings: Timings) -> None:
    """Work for so long after the warm-up, or to the end."""
    start.wait()
    begin, cold = time.monotonic(), Timings()
    while not seconds or time.monotonic() - begin < WARM_UP + seconds:
        is_warm = not seconds or time.monotonic() - begin > WARM_UP
        if not rater.step(timings if is_warm else cold):
            return


if __name__ == "__main__":
    main()
