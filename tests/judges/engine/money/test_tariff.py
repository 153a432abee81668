"""What is set aside for a call is a bound: of tokens, whatever the text, and of money, whatever the cache does."""

import itertools
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.models import TaskKind
from judges.engine.asking.cases import CaseBook, measure_request
from judges.engine.money.budget import set_project_budget
from judges.engine.money.tariff import FRAMING, Tariff, bound_tokens, count_bytes
from judges.engine.planning.plan import plan_run
from judges.models import Attempt, RunState
from judges.prompts.fences import show_invisible
from tests.factories.judging import make_field, make_judge, work
from tests.factories.ledger import make_single_rubric, make_single_task, make_system
from tests.fakes.provider import FakeProvider

SCRIPTS = (
    "The sky is blue. ",
    "Небо синее. ",
    "天空是蓝色的。",
    "🏴\U000e0067\U000e0062👩🏽\u200d🚀",
    "ཨོཾ་མ་ཎི་",
    "0x3f9a",
    "\ufdfa",
)
MERGES = 60

Pairs = list[tuple[bytes, bytes]]


def learn_merges(text: str) -> Pairs:
    """Byte-pair encoding learned from a text: the most frequent neighbours become one token, again and again."""
    tokens, merges = split(text), []
    for _ in range(MERGES):
        pairs = Counter(itertools.pairwise(tokens))
        if not pairs:
            break
        merges.append(max(pairs, key=lambda pair: (pairs[pair], pair)))
        tokens = merge(tokens, merges[-1])
    return merges


def split(text: str) -> list[bytes]:
    return [bytes([byte]) for byte in text.encode("utf-8", "surrogatepass")]


def merge(tokens: list[bytes], pair: tuple[bytes, bytes]) -> list[bytes]:
    merged: list[bytes] = []
    for token in tokens:
        if merged and (merged[-1], token) == pair:
            merged[-1] += token
        else:
            merged.append(token)
    return merged


def count_tokens(text: str, merges: Pairs) -> int:
    tokens = split(text)
    for pair in merges:
        tokens = merge(tokens, pair)
    return len(tokens)


@given(text=st.text(max_size=300), taught=st.sampled_from(["", *SCRIPTS]))
def test_no_text_has_more_tokens_than_it_has_bytes(text: str, taught: str) -> None:
    assert (
        count_tokens(text, learn_merges(taught * 3)) <= count_bytes(text) <= bound_tokens(count_bytes(text))
    )


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_that_the_tokenizer_never_saw_reaches_the_bound(script: str) -> None:
    """A tokenizer of English: other scripts fall into bytes. Half a token a character would be no bound for them."""
    text, merges = script * 100, learn_merges(SCRIPTS[0] * 50)
    tokens = count_tokens(text, merges)
    assert tokens <= count_bytes(text)
    if max(script) > "\u0fff":
        assert tokens > len(text) // 2 + 50


def test_what_utf_8_cannot_hold_is_counted_and_does_no_harm() -> None:
    assert count_bytes("a", "\ud800", "é") == 1 + 3 + 2


@given(
    tokens=st.integers(0, 10_000),
    shares=st.tuples(st.integers(0, 12_000), st.integers(0, 12_000)),
    out=st.integers(0, 5_000),
    prices=st.tuples(*[st.integers(0, 10**9).map(lambda millionths: Decimal(millionths).scaleb(-6))] * 4),
)
def test_no_call_is_charged_more_than_its_bound(
    tokens: int, shares: tuple[int, int], out: int, prices: tuple[Decimal, Decimal, Decimal, Decimal]
) -> None:
    tariff = Tariff(*prices)
    cost = tariff.charge(tokens_in=tokens, tokens_cached=shares[0], tokens_written=shares[1], tokens_out=out)
    assert 0 <= cost <= tariff.charge_at_most(tokens_in=tokens, tokens_out=out)


@pytest.mark.database
@pytest.mark.parametrize("script", SCRIPTS)
def test_the_estimate_of_a_call_covers_a_token_for_each_byte(script: str) -> None:
    field = make_field(TaskKind.SINGLE, 0)
    make_single_task(
        field.project, make_single_rubric(field.project), system=make_system(field.project), text=script * 50
    )
    judge = make_judge(
        field.project,
        "http://127.0.0.1:9/v1",
        "single",
        price_in=1,
        price_written=2,
        price_out=3,
        max_tokens=10,
    )
    run = plan_run(project=field.project, judge=judge)
    [case] = CaseBook(run).prepare(list(run.attempts.values_list("pk", flat=True)))
    size = measure_request(case.request)
    assert show_invisible(script * 50) in case.request.user
    assert size > len(f"{case.request.system}{case.request.user}".encode())  # the schema is sent too
    assert case.estimate == Decimal(2 * (size + FRAMING) + 3 * 10) / 1_000_000


@pytest.mark.database(transaction=True)
@pytest.mark.parametrize("script", [SCRIPTS[0], SCRIPTS[2], SCRIPTS[3]])
def test_a_budget_holds_where_every_byte_is_a_token_and_all_of_it_is_written_to_a_cache(script: str) -> None:
    """Between two and three calls' worth: the third is not made, and what was spent stays below."""
    field = make_field(TaskKind.SINGLE, 0)
    rubric, system = make_single_rubric(field.project), make_system(field.project)
    for _ in range(4):
        make_single_task(field.project, rubric, system=system, text=script * 200)
    with FakeProvider(bytes_a_token=1) as fake:
        judge = make_judge(
            field.project, fake.url, "single", price_in=1, price_written=1.25, price_out=0, calls_in_flight=4
        )
        run = plan_run(project=field.project, judge=judge)
        [case, *_] = CaseBook(run).prepare(list(run.attempts.values_list("pk", flat=True)))
        assert case.estimate is not None
        budget = set_project_budget(project=field.project, amount=case.estimate * 2, actor=None)
        work(run)
    run.refresh_from_db()
    budget.refresh_from_db()
    costs = [cost for cost in Attempt.objects.values_list("cost", flat=True) if cost]
    assert (run.state, len(fake.requests), len(costs)) == (RunState.PAUSED, 2, 2)
    assert max(costs) <= case.estimate
    assert budget.spent <= budget.amount
    assert budget.reserved == 0
