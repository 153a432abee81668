"""The page of prices: whose line holds, a line of one's own, and taking it away."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from annotations.models import Role
from evalplatform.accounts.models import AuditEvent
from judges.engine.money.price_table import PriceLine, set_price
from judges.models import Price
from judges.views.prices import describe_amount
from tests.factories.callers import sign_in
from tests.factories.ledger import make_project, make_user

pytestmark = pytest.mark.database
PRICES, FOR_ALL = "/p/sky/judges/prices/", "/prices/"
WISH = {
    "provider": "openai", "model": "mine-1", "valid_from": "2026-03-01", "tokens_in": "0.25", "tokens_out": "1.5",
}  # fmt: skip


def test_own_lines_those_for_all_and_the_list_stand_in_one_table() -> None:
    project = make_project("sky")
    line = PriceLine("openai", "m-1", date(2026, 1, 1), tokens_in=Decimal("0.000002"), tokens_out=Decimal(1))
    for owner in (project, None):
        set_price(line=line, project=owner, actor=None)
    page = sign_in(project).get(PRICES).content.decode()
    assert page.count("<code>m-1</code>") == 2
    assert "0.000002" in page
    assert "— / —" not in page
    assert page.count("this project&#x27;s own") == page.count("for all projects") == 1
    assert "the platform&#x27;s list" in page
    assert page.count("/remove/") == 1
    foreign = make_project("sea")
    assert "this project&#x27;s own" not in sign_in(foreign).get("/p/sea/judges/prices/").content.decode()


def test_a_line_is_added_replaced_and_removed() -> None:
    project = make_project("sky")
    client = sign_in(project)
    assert client.post(PRICES, WISH)["Location"] == PRICES
    assert (
        client.post(PRICES, {**WISH, "tokens_cached": "0.1", "note": "the vendor's page"}).status_code == 302
    )
    price = Price.objects.get()
    assert (price.project, price.model, price.valid_from) == (project, "mine-1", date(2026, 3, 1))
    assert (price.tokens_in, price.tokens_cached, price.tokens_out) == (
        Decimal("0.25"), Decimal("0.1"), Decimal("1.5"),
    )  # fmt: skip
    assert client.post(f"{PRICES}{price.public_id}/remove/")["Location"] == PRICES
    assert Price.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"model": "m*1"}, "model"),
        ({"tokens_in": "-1"}, "tokens_in"),
        ({"tokens_out": ""}, "tokens_out"),
        ({"valid_from": "yesterday"}, "valid_from"),
        ({"batch_in": "1"}, "batch_in"),
        ({"base_url": "javascript:alert(1)"}, "base_url"),
        ({"provider": "local"}, "provider"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(change: dict[str, str], field: str) -> None:
    answer = sign_in(make_project("sky")).post(PRICES, {**WISH, **change})
    assert answer.status_code == 400
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert Price.objects.count() == 0


def test_a_reviewer_reads_and_changes_nothing() -> None:
    project = make_project("sky")
    line = PriceLine("openai", "m-1", date(2026, 1, 1), tokens_in=Decimal(1), tokens_out=Decimal(1))
    price = set_price(line=line, project=project, actor=None)
    client = sign_in(project, Role.REVIEWER)
    page = client.get(PRICES).content.decode()
    assert "<code>m-1</code>" in page
    assert "/remove/" not in page
    assert 'name="tokens_in"' not in page
    assert client.post(PRICES, WISH).status_code == 403
    assert client.post(f"{PRICES}{price.public_id}/remove/").status_code == 403


def sign_in_staff() -> Client:
    client = Client()
    client.force_login(make_user(is_staff=True))
    return client


def test_staff_keep_dated_prices_for_all_and_each_change_is_in_the_audit_trail() -> None:
    client = sign_in_staff()
    assert client.post(FOR_ALL, WISH)["Location"] == FOR_ALL
    client.post(FOR_ALL, {**WISH, "valid_from": "2026-04-01", "tokens_in": "0.2"})
    page = client.get(FOR_ALL).content.decode()
    assert (page.count("<code>mine-1</code>"), page.count("/remove/")) == (2, 2)
    first = Price.objects.get(valid_from=date(2026, 3, 1))
    assert first.project is None
    assert client.post(f"{FOR_ALL}{first.public_id}/remove/")["Location"] == FOR_ALL
    assert [price.valid_from for price in Price.objects.all()] == [date(2026, 4, 1)]
    trail = AuditEvent.objects.order_by("pk").values_list("action", "before", "after", "actor__is_staff")
    assert list(trail) == [
        ("set_price", "", "0.250000 in, 1.500000 out", True),
        ("set_price", "", "0.200000 in, 1.500000 out", True),
        ("remove_price", "0.250000 in, 1.500000 out", "", True),
    ]
    wrong = client.post(FOR_ALL, {**WISH, "model": "m*1"})
    assert (wrong.status_code, 'id="id_model_error"' in wrong.content.decode()) == (400, True)


def test_prices_for_all_are_nobody_elses_to_see_here_or_change() -> None:
    line = PriceLine("openai", "m-1", date(2026, 1, 1), tokens_in=Decimal(1), tokens_out=Decimal(1))
    project = make_project("sky")
    ours, shared = (set_price(line=line, project=owner, actor=None) for owner in (project, None))
    client = sign_in(project)
    assert (client.get(FOR_ALL).status_code, client.post(FOR_ALL, WISH).status_code) == (403, 403)
    assert client.post(f"{FOR_ALL}{shared.public_id}/remove/").status_code == 404
    assert FOR_ALL not in client.get(PRICES).content.decode().replace(PRICES, "")
    assert sign_in_staff().post(f"{FOR_ALL}{ours.public_id}/remove/").status_code == 404
    assert Price.objects.count() == 2


def test_amounts_have_no_zeros_at_their_end() -> None:
    amounts = [Decimal("2.500000"), Decimal("10.000000"), Decimal("0.000002"), Decimal(0), None]
    assert [describe_amount(amount) for amount in amounts] == ["2.5", "10", "0.000002", "0", "—"]


def test_staff_find_the_prices_for_all_from_the_list_of_projects() -> None:
    assert f'href="{FOR_ALL}"' in sign_in_staff().get("/").content.decode()
    assert f'href="{FOR_ALL}"' not in sign_in(make_project("sky")).get("/").content.decode()
