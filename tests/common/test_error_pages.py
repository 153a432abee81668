"""Pages of errors speak the language of whoever reads them."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils.translation import override

from annotations.models import Role
from evalplatform.common.errors import Missing, PlatformError
from evalplatform.common.pages import name_error
from evalplatform.rest.problems import answer_platform_error
from tests.factories.ledger import make_member, make_project

pytestmark = pytest.mark.database


def list_kinds(kind: type[PlatformError] = PlatformError) -> Iterator[type[PlatformError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from list_kinds(each)


@pytest.mark.parametrize("kind", list(list_kinds()), ids=lambda kind: kind.__name__)
def test_every_kind_has_its_heading_in_both_languages(kind: type[PlatformError]) -> None:
    error = kind.__new__(kind)
    assert name_error(error) == kind.title
    with override("ru"):
        assert name_error(error) != kind.title


def test_a_page_that_is_not_there_is_told_in_russian() -> None:
    client = Client(headers={"Accept-Language": "ru"})
    client.force_login(make_member(make_project("sky"), Role.RATER).user)
    answer = client.get("/p/sea/rate/")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "Здесь ничего нет" in page
    assert "Адрес неверен, или вам это видеть нельзя." in page
    assert "No such" not in page


def test_what_somebody_may_not_do_is_told_in_russian() -> None:
    client = Client(headers={"Accept-Language": "ru"})
    client.force_login(make_member(make_project("sky"), Role.RATER).user)
    answer = client.get("/p/sky/people/")
    assert answer.status_code == 403
    assert "Это вам не разрешено" in answer.content.decode()


def test_an_old_sign_in_link_is_told_in_russian() -> None:
    page = Client(headers={"Accept-Language": "ru"}).get("/sign-in/nonsense/").content.decode()
    assert "Попросите новую." in page


def test_bodies_of_the_api_keep_their_titles() -> None:
    with override("ru"):
        body = answer_platform_error(Missing("No such run.")).data
    assert (body["title"], body["detail"]) == ("There is nothing here", "No such run.")
