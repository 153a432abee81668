"""Knocks at every door of the URLconf as everybody, and notes what is not as the matrix says."""

import copy
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any  # rows hold any value
from uuid import UUID

from django.apps import apps
from django.db import connection, transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver

from tests.security.matrix import MATRIX, METHODS, STRANGERS, Outcome, Policy, Principal
from tests.security.world import NOWHERE_SLUG, RANDOM, World

VARYING = re.compile(
    r'(?<=csrfmiddlewaretoken" value=")[^"]+|(?<=data-csrf=")[^"]+|(?<="X-CSRFToken": ")[^"]+'
)
UNCOMPARED = {
    "x-request-id",
    "content-length",
    "set-cookie",
    "expires",
}  # `Expires` is the time of the answer
SAMPLES: dict[str, dict[str, str]] = {  # what else an address holds, by the name of its part
    "secret": {"": "made-up"},
    "name": {"report-picture": "leaderboard", "prompt-library": "pair"},
    "kind": {"report-picture": "svg", "judge-costs-picture": "csv"},
}
QUERY = {
    "report-picture": "criterion=overall",
    "judge-costs-picture": "criterion=overall",
    "api-export": "what=ratings&format=jsonl",
}
WRITES = {"data": "{}", "content_type": "application/json", "headers": {"Idempotency-Key": "matrix"}}
# Touched by whoever shows a token, whatever becomes of the request; sessions belong to the callers.
IGNORED_COLUMNS = {"last_used_at"}


@dataclass(frozen=True, slots=True)
class Route:
    """One address of the URLconf."""

    key: str
    pattern: str
    parts: tuple[str, ...]

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith(("api/", "^api/"))

    def fill(self, slug: str, public_id: UUID | str) -> str:
        """The address with these ids."""
        if self.pattern.startswith("^"):
            return "/" + self.pattern.lstrip("^") + "v1/nothing/"
        values = {"slug": slug, "public_id": str(public_id)}
        for part, by_route in SAMPLES.items():
            values[part] = by_route.get(self.key, by_route.get("", "x"))
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: values.get(match[1], str(public_id)), self.pattern)
        return f"/{path}?{QUERY[self.key]}" if self.key in QUERY else f"/{path}"


def list_routes() -> list[Route]:
    """Every address that the URLconf answers, pages and API."""
    return list(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: "list[URLPattern | URLResolver]", prefix: str) -> Iterator[Route]:
    for entry in patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, pattern)
        else:
            parts = tuple(re.findall(r"<(?:\w+:)?(\w+)>", pattern))
            yield Route(entry.name or pattern, pattern, parts)


@dataclass
class Sweep:
    """All that was found wrong, in words; `is_brief`: foreign ids are left out, no door and nobody is."""

    world: World
    faults: list[str]
    is_brief: bool = False
    requests: int = 0
    made_up: dict[tuple[str, Principal, str], HttpResponse] = field(default_factory=dict)

    def try_route(self, route: Route) -> None:
        listed = MATRIX[route.key].methods
        for method in METHODS:
            if method in listed:
                self.try_method(route, method, listed[method])
            else:
                self.try_unlisted(route, method)

    def try_unlisted(self, route: Route, method: str) -> None:
        """A method without a policy must not exist, even for the most entitled."""
        for who in (Principal.RESEARCHER, Principal.RATER):
            with undone():
                answer = self.ask(route, method, who, *self.own(route, who))
            if answer.status_code != 405:
                self.note(route, method, who, f"{answer.status_code} from a method without a policy")

    def try_method(self, route: Route, method: str, policy: Policy) -> None:
        before = fingerprint_database()
        for who in Principal:
            if policy.expect(who) != Outcome.ALLOWED:
                self.check_refusal(route, method, policy, who)
            if not self.is_brief:
                self.check_foreign(route, method, policy, who)
        if fingerprint_database() != before:
            self.note(route, method, "somebody", "changed the database although refused")
        for who in Principal:
            if policy.expect(who) == Outcome.ALLOWED and not _is_dead_at_api(route, who):
                with undone():
                    self.check_allowed(route, method, who)

    def check_allowed(self, route: Route, method: str, who: Principal) -> None:
        answer = self.ask(route, method, who, *self.own(route, who))
        if read_outcome(answer) != Outcome.ALLOWED:
            self.note(route, method, who, f"{answer.status_code} where allowed")
        body = read_body(answer)
        words = self.world.words[self.world.abroad(who).slug]
        if leaked := {word for word in words if word in body}:
            self.note(route, method, who, f"tells of another project: {leaked}")

    def check_refusal(self, route: Route, method: str, policy: Policy, who: Principal) -> None:
        answer = self.ask(route, method, who, *self.own(route, who))
        if read_outcome(answer) != policy.expect(who):
            self.note(route, method, who, f"{answer.status_code} where {policy.expect(who)}")
        if policy.expect(who) == Outcome.MISSING and route.parts:
            slug, thing = self.own(route, who)
            is_whole_project_hidden = who == Principal.ENDED
            blank = NOWHERE_SLUG if is_whole_project_hidden and "slug" in route.parts else slug
            self.compare(route, method, who, answer, (slug, thing), (blank, RANDOM))

    def check_foreign(self, route: Route, method: str, policy: Policy, who: Principal) -> None:
        """Foreign ids, alone or beside own ones, are told from made-up ones by nobody."""
        if not {"slug", "public_id"} & set(route.parts):
            return
        own, foreign, blank = self.own(route, who), self.foreign(route, who), (NOWHERE_SLUG, RANDOM)
        answer = self.ask(route, method, who, *foreign)
        expected = Outcome.STRANGER if who in STRANGERS else Outcome.MISSING
        if policy.is_public or policy.is_nowhere:
            expected = policy.expect(who)
        if read_outcome(answer) != expected:
            self.note(route, method, who, f"{answer.status_code} for a foreign id")
        self.compare(route, method, who, answer, foreign, blank)
        if {"slug", "public_id"} <= set(route.parts):
            for asked, alike in (
                ((own[0], foreign[1]), (own[0], RANDOM)),
                ((foreign[0], own[1]), (NOWHERE_SLUG, own[1])),
            ):
                mixed = self.ask(route, method, who, *asked)
                if read_outcome(mixed) == Outcome.ALLOWED:
                    self.note(route, method, who, f"{mixed.status_code} for a foreign id beside an own one")
                self.compare(route, method, who, mixed, asked, alike)

    def compare(
        self,
        route: Route,
        method: str,
        who: Principal,
        answer: HttpResponse,
        asked: tuple[str, UUID],
        alike: tuple[str, UUID],
    ) -> None:
        """The answer to what exists and the one to what does not differ in nothing but the ids asked for."""
        key = method, who, route.fill(*alike)
        if key not in self.made_up:  # once: refusals change nothing, as the fingerprints show
            self.made_up[key] = self.ask(route, method, who, *alike)
        if describe(answer, asked) != describe(self.made_up[key], alike):
            self.note(route, method, who, f"told {asked} from {alike}")

    def ask(self, route: Route, method: str, who: Principal, slug: str, thing: UUID) -> HttpResponse:
        self.requests += 1
        caller = self.world.callers[who]
        client = caller.api if route.is_api else caller.pages
        form: dict[str, Any] = {} if method == "GET" or not route.is_api else WRITES
        kept = copy.deepcopy(client.cookies)  # signing out must not cost the caller their session
        answer: HttpResponse = getattr(client, method.lower())(route.fill(slug, thing), **form)
        client.cookies = kept
        return answer

    def own(self, route: Route, who: Principal) -> tuple[str, UUID]:
        return self._ids(route, who, abroad=False)

    def foreign(self, route: Route, who: Principal) -> tuple[str, UUID]:
        return self._ids(route, who, abroad=True)

    def _ids(self, route: Route, who: Principal, *, abroad: bool) -> tuple[str, UUID]:
        project = self.world.abroad(who) if abroad else self.world.home(who)
        kind = MATRIX[route.key].of
        return project.slug, self.world.find_thing(who, kind, project) if kind else RANDOM

    def note(self, route: Route, method: str, who: str, what: str) -> None:
        self.faults.append(f"{method} {route.key} as {who}: {what}")


def _is_dead_at_api(route: Route, who: Principal) -> bool:
    """A dead token is refused at every door of the API, open ones too: its holder should hear of it."""
    return route.is_api and who in (Principal.EXPIRED, Principal.REVOKED)


def read_outcome(answer: HttpResponse) -> Outcome | None:
    """What an answer means; None for a failure of ours."""
    leads_to_sign_in = answer.get("Location", answer.get("HX-Redirect", "")).startswith("/sign-in/?")
    if answer.status_code == 401 or leads_to_sign_in:
        return Outcome.STRANGER
    if answer.status_code >= 500 and answer.status_code != 503:
        return None
    return {403: Outcome.DENIED, 404: Outcome.MISSING}.get(answer.status_code, Outcome.ALLOWED)


def read_body(answer: HttpResponseBase) -> str:
    """Whatever stands in the body, streamed or not."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]  # of streaming answers
    return content.decode("utf-8", "replace")


def describe(answer: HttpResponse, asked: tuple[str, UUID]) -> tuple[int, dict[str, str], str]:
    """Status, headers and body, without what differs from request to request and without the ids asked for."""

    def blank(text: str) -> str:
        for part in asked:
            text = text.replace(str(part), "…")
        return VARYING.sub("…", text)

    headers = {name: blank(value) for name, value in answer.items() if name.lower() not in UNCOMPARED}
    return answer.status_code, headers, blank(read_body(answer))


class undone:  # noqa: N801 - reads as a word in `with undone():`
    """Whatever the block does to the database is taken back."""

    def __enter__(self) -> None:
        self.point = transaction.savepoint()

    def __exit__(self, *failure: object) -> None:
        transaction.savepoint_rollback(self.point)


def fingerprint_database() -> dict[str, str]:
    """A hash of every row of every table."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        columns = [f.column for f in model._meta.concrete_fields if f.name not in IGNORED_COLUMNS]
        quoted = ", ".join(f'"{column}"' for column in columns)
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT {quoted} FROM "{model._meta.db_table}"')
            rows = sorted(map(repr, cursor.fetchall()))
        found[model._meta.db_table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found
