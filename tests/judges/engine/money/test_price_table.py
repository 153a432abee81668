from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any  # odd values

import orjson
import pytest

from annotations.models import TaskKind
from evalplatform.accounts.models import AuditEvent
from evalplatform.common.errors import Invalid
from judges.engine.asking.cases import CaseBook
from judges.engine.asking.results import Result
from judges.engine.ledger.leases import take_shard
from judges.engine.ledger.recording import record_results
from judges.engine.money.price_table import PriceLine, import_prices, remove_price, set_price
from judges.engine.money.pricing import LIST, find_price, read_list
from judges.engine.planning.plan import plan_run
from judges.engine.running.feed import claim_cases
from judges.models import Attempt, Price
from judges.providers import Completion
from judges.queries.spend import read_spend
from tests.factories.judging import make_field, make_judge, work
from tests.factories.ledger import make_project, make_user
from tests.fakes.provider import FakeProvider

LINE = PriceLine("openai", "fake-1", date(2026, 1, 1), tokens_in=Decimal(2), tokens_out=Decimal(8))


def write_line(**fields: Any) -> bytes:
    whole = {"provider": "openai", "model": "m", "valid_from": "2026-01-01", "tokens_in": 1, "tokens_out": 1}
    return orjson.dumps(whole | fields)


@pytest.mark.database
def test_a_line_is_written_once_and_edited_in_place() -> None:
    user = make_user()
    first = set_price(line=LINE, project=None, actor=user)
    again = set_price(line=replace(LINE, tokens_in=Decimal("2.5"), note="page 3"), project=None, actor=user)
    assert first.pk == again.pk == Price.objects.get().pk
    assert (again.tokens_in, again.note) == (Decimal("2.5"), "page 3")
    events = AuditEvent.objects.order_by("pk").values_list("actor", "action", "before", "after")
    assert list(events) == [
        (user.pk, "set_price", "", "2.000000 in, 8.000000 out"),
        (user.pk, "set_price", "2.000000 in, 8.000000 out", "2.500000 in, 8.000000 out"),
    ]


@pytest.mark.database
def test_lines_of_other_days_addresses_and_projects_stand_beside_it() -> None:
    project = make_project()
    others = [
        (LINE, project),
        (replace(LINE, valid_from=date(2026, 2, 1)), None),
        (replace(LINE, base_url="http://127.0.0.1:9/v1/"), None),
        (replace(LINE, provider="anthropic"), None),
    ]
    for line, owner in [(LINE, None), *others]:
        set_price(line=line, project=owner, actor=None)
    assert Price.objects.count() == 5
    assert Price.objects.filter(base_url="http://127.0.0.1:9/v1").count() == 1


@pytest.mark.database
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("provider", "local"), ("provider", "nobody"), ("model", ""), ("model", " "), ("model", "a*b"),
        ("model", "x" * 201), ("model", "a\x00"), ("model", "\ud800"), ("base_url", "ftp://a"), ("note", "n" * 301),
        ("tokens_in", None), ("tokens_in", Decimal(-1)), ("tokens_in", Decimal("NaN")),
        ("tokens_out", Decimal("Infinity")), ("tokens_out", Decimal(10_001)), ("tokens_cached", Decimal("1e-7")),
        ("batch_in", Decimal(1)), ("batch_cached", Decimal(1)),
    ],
)  # fmt: skip
def test_odd_lines_are_refused(field: str, value: Any) -> None:
    with pytest.raises(Invalid) as caught:
        set_price(line=replace(LINE, **{field: value}), project=None, actor=None)
    assert caught.value.faults[0].field == ("batch_in" if field == "batch_cached" else field)
    assert (Price.objects.count(), AuditEvent.objects.count()) == (0, 0)


@pytest.mark.database
def test_a_file_is_imported_whole_or_not_at_all() -> None:
    lines = LIST.read_bytes().splitlines()
    assert import_prices(lines=[*lines, b""], project=None, actor=None) == len(read_list())
    assert import_prices(lines=lines, project=None, actor=None) == Price.objects.count() == len(read_list())
    Price.objects.all().delete()
    with pytest.raises(Invalid) as caught:
        import_prices(lines=[lines[0], b'{"provider": "openai"}'], project=None, actor=None)
    assert caught.value.faults[0].line == 2
    assert caught.value.faults[0].field == "model"
    assert Price.objects.count() == 0


@pytest.mark.database
@pytest.mark.parametrize(
    "line",
    [
        b"[]",
        b"{",
        b"\xff",
        write_line(valid_from="soon"),
        write_line(tokens_in=True),
        write_line(tokens_in="x"),
        write_line(model=3),
        write_line(provider={}),
        write_line(x=1),
    ],
)
def test_odd_lines_of_a_file_are_named(line: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        import_prices(lines=[line], project=None, actor=None)
    assert caught.value.faults[0].line == 1


@pytest.mark.database
def test_what_was_taken_away_gives_way_to_the_next_table() -> None:
    judge = make_judge(make_project(), "")
    judge.model = "gpt-4o"
    ours = set_price(line=replace(LINE, model="gpt-4o"), project=judge.project, actor=None)
    found = find_price(judge)
    assert found is not None
    assert found.tokens_in == Decimal(2)
    remove_price(price=ours, actor=None)
    found = find_price(judge)
    assert found is not None
    assert found.tokens_in == Decimal("2.5")
    assert AuditEvent.objects.order_by("pk").values_list("action", "after")[1] == ("remove_price", "")


@pytest.mark.database(transaction=True)
def test_a_call_costs_what_its_day_says_and_keeps_that_when_the_price_is_edited() -> None:
    """100 tokens in, 40 of them cached, and 10 out."""
    field = make_field(TaskKind.SINGLE, 2)
    with FakeProvider() as fake:
        line = replace(LINE, base_url=fake.url, tokens_cached=Decimal(1))
        set_price(line=line, project=None, actor=None)
        judge = make_judge(field.project, fake.url, "single")
        work(plan_run(project=field.project, judge=judge, limit=1))
        old = Decimal("0.00024")
        assert read_spend(field.project).total.total == old
        set_price(line=replace(line, tokens_in=Decimal(20)), project=None, actor=None)
        assert read_spend(field.project).total.total == old
        work(plan_run(project=field.project, judge=judge))
    costs = Attempt.objects.order_by("pk").values_list("cost", flat=True)
    assert list(costs) == [old, Decimal("0.00132")]


@pytest.mark.database
def test_what_is_claimed_after_an_edit_costs_the_new_price_and_what_was_claimed_before_the_old() -> None:
    field = make_field(TaskKind.SINGLE, 2)
    line = replace(LINE, base_url="http://127.0.0.1:9/v1", tokens_out=Decimal(0))
    set_price(line=line, project=None, actor=None)
    run = plan_run(
        project=field.project,
        judge=make_judge(field.project, line.base_url, "single", repair=False),
        budget=Decimal(1),
    )
    lease = take_shard(run_id=run.pk, number=0)
    assert lease is not None
    book = CaseBook(run)
    cases = claim_cases(lease=lease, book=book, limit=1)
    set_price(line=replace(line, tokens_in=Decimal(3)), project=None, actor=None)
    cases += claim_cases(lease=lease, book=book, limit=1)
    answers = [Result(case, Completion("{}", tokens_in=100, tokens_out=10)) for case in cases]
    record_results(book=book, lease=lease, results=answers)
    costs = Attempt.objects.order_by("pk").values_list("cost", flat=True)
    assert list(costs) == [Decimal("0.0002"), Decimal("0.0003")]
    run.refresh_from_db()
    assert (run.spent, run.reserved) == (Decimal("0.0005"), Decimal(0))
