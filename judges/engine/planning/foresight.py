"""Tokens, money and time of calls that were not made yet: from past calls where there are enough, else from bounds."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from judges.engine.asking.cases import measure_request
from judges.engine.money.ranges import FEWEST, Range, estimate_sum, fit_ratio, predict_sum, spread
from judges.engine.money.tariff import FRAMING, Tariff, bound_tokens, count_bytes
from judges.models import Judge
from judges.providers import JudgeRequest
from judges.queries.past_calls import PastCall, list_kindred_calls, list_own_calls

BYTES_A_TOKEN = 4.0  # about that of prose in most languages, with tokenizers of 100,000 tokens and more
MOST_BYTES_A_TOKEN = 8.0
LEAST_OUT, JSON_OUT, RATIONALE_OUT = 4, 12, 60  # tokens of the answer to one criterion
LEAST_SPREAD = 0.05
CALL_SECONDS = Range(0.5, 3.0, 20.0)
QUICK, SLOW = 0.7, 2.0  # a run beside what its calls in flight and their latency promise


class Basis(models.TextChoices):
    """What a figure stands on."""

    OWN = "own", _("past calls of this judge")
    KINDRED = "kindred", _("past calls to the same model in this project")
    GUESS = "guess", _("a guess: too few such calls were made here")
    NONE = "none", _("nothing: no call is made")


@dataclass(frozen=True, slots=True)
class Past:
    """Calls that stand for those to come; none where there were too few."""

    basis: Basis
    calls: Sequence[PastCall] = ()

    def sum_up(self, name: str) -> int:
        return sum(getattr(call, name) for call in self.calls)


def read_past(judge: Judge) -> Past:
    """This judge's past calls, or else its model's."""
    if judge.builtin:
        return Past(Basis.NONE)
    for basis, list_calls in ((Basis.OWN, list_own_calls), (Basis.KINDRED, list_kindred_calls)):
        calls = list_calls(judge)
        if len(calls) >= FEWEST:
            return Past(basis, calls)
    return Past(Basis.GUESS)


def foresee_tokens_in(sizes: Sequence[int], calls: int, past: Past) -> tuple[Range[int], Basis]:
    """Tokens sent in all calls, from the `sizes` in bytes of some of them.

    Without past calls at most a token a byte, which is a true bound for these sizes, and at least one for eight bytes.
    """
    if past.basis == Basis.NONE or not calls:
        return Range(0, 0, 0), past.basis
    total, error = estimate_sum(sizes, calls)
    sized = [(call.size, call.tokens_in) for call in past.calls if call.size]
    if len(sized) < FEWEST:
        high = math.ceil(total * (1 + 3 * error)) + calls * FRAMING
        low = math.floor(total * max(1 - 3 * error, 0) / MOST_BYTES_A_TOKEN)
        return Range(low, round(total / BYTES_A_TOKEN), high), Basis.GUESS
    ratio = fit_ratio([size for size, _ in sized], [tokens for _, tokens in sized])
    errors = (error, ratio.error, ratio.noise / math.sqrt(calls))
    return spread(total * ratio.value, errors, least=LEAST_SPREAD), past.basis


def foresee_tokens_out(
    requests: Sequence[JudgeRequest], calls: int, past: Past, *, explains: bool
) -> tuple[Range[int], Basis]:
    """Tokens answered in all calls; never more than the judge's `max_tokens` for each."""
    if past.basis == Basis.NONE or not calls or not requests:
        return Range(0, 0, 0), past.basis
    most = requests[0].max_tokens
    if past.basis != Basis.OWN:  # what another judge is asked tells little of the length of an answer
        criteria = sum(len(request.schema["properties"]) for request in requests) / len(requests)
        usual = min(criteria * (RATIONALE_OUT if explains else JSON_OUT), most)
        least = min(criteria * LEAST_OUT, most)
        return Range(round(least * calls), round(usual * calls), most * calls), Basis.GUESS
    total, error = predict_sum([call.tokens_out for call in past.calls], calls)
    found = spread(total, (error,), least=LEAST_SPREAD)
    ceiling = most * calls
    return Range(min(found.low, ceiling), min(found.expected, ceiling), min(found.high, ceiling)), Basis.OWN


def foresee_cost(
    tariff: Tariff | None,
    tokens_in: Range[int],
    tokens_out: Range[int],
    *,
    requests: Sequence[JudgeRequest],
    past: Past,
) -> Range[Decimal] | None:
    """USD: at best the words that all calls begin with come from the cache, at worst every token is dear."""
    if tariff is None:
        return None
    sent = past.sum_up("tokens_in")
    cached, written = (
        past.sum_up(f"tokens_{name}") / sent if sent else 0.0 for name in ("cached", "cache_written")
    )
    most_cached = max(cached * (1 + LEAST_SPREAD), share_of_beginning(requests))
    low = (
        tariff.charge(tokens_in=tokens_in.low, tokens_cached=share, tokens_out=tokens_out.low)
        for share in (0, math.ceil(tokens_in.low * min(most_cached, 1)))
    )
    expected = tariff.charge(
        tokens_in=tokens_in.expected,
        tokens_cached=round(tokens_in.expected * cached),
        tokens_written=round(tokens_in.expected * written),
        tokens_out=tokens_out.expected,
    )
    return Range(
        min(low), expected, tariff.charge_at_most(tokens_in=tokens_in.high, tokens_out=tokens_out.high)
    )


def share_of_beginning(requests: Sequence[JudgeRequest]) -> float:
    """Of all that is sent, the part that stands before the material: what a cache can hold."""
    whole = sum(map(measure_request, requests))
    own = sum(count_bytes(request.user[request.shared :]) for request in requests)
    return 1 - own / whole if whole else 0.0


def foresee_seconds(
    calls: int, *, at_once: int, past: Past, requests_per_minute: float | None
) -> Range[float] | None:
    """Seconds of a live run: calls in flight over their latency, and no faster than the stated limit."""
    if past.basis == Basis.NONE:
        return None
    if past.calls:
        mean = sum(call.seconds for call in past.calls) / len(past.calls)
        latency = Range(mean * QUICK, mean, mean * SLOW)
    else:
        latency = CALL_SECONDS
    floor = calls / requests_per_minute * 60 if requests_per_minute else 0.0

    def take(seconds: float) -> float:
        return max(math.ceil(calls / at_once) * seconds, floor)

    return Range(take(latency.low), take(latency.expected), take(latency.high))


def bound_prompt(size: int, past: Past) -> int:
    """Tokens that a prompt of so many bytes hardly exceeds."""
    rates = [call.tokens_in / call.size for call in past.calls if call.size]
    return math.ceil(size * max(rates)) if len(rates) >= FEWEST else bound_tokens(size)
