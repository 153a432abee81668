"""Settings of a running project: words, pay, pause, archive."""

from decimal import Decimal

import pytest
from django.test import Client

from annotations.domain.queue.claim import claim_assignment
from annotations.models import PayUnit, Project, Rater
from evalplatform.accounts.models import AuditEvent
from evalplatform.common.errors import Exhausted
from tests.factories.callers import sign_in
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_person, make_project

pytestmark = pytest.mark.database
SETTINGS = "/p/sky/settings/"
WORDS = {
    "title": "Sky",
    "content_warning": "Rude.",
    "consent": "Published.",
    "pay": "0.25",
    "pay_unit": "hour",
    "daily_cap": "40",
    "break_after": "",
}


@pytest.fixture
def project() -> Project:
    project = make_project("sky", title="Old")
    make_pair_task(project, make_pair_rubric(project), overlap=3)
    return project


@pytest.fixture
def client(project: Project) -> Client:
    return sign_in(project)


def list_events() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def test_words_and_pay_are_kept(client: Client, project: Project) -> None:
    assert client.post(SETTINGS, WORDS)["Location"] == SETTINGS
    project.refresh_from_db()
    assert (project.title, project.content_warning, project.consent) == ("Sky", "Rude.", "Published.")
    assert (project.pay, project.pay_unit) == (Decimal("0.25"), PayUnit.HOUR)
    assert (project.daily_cap, project.break_after) == (40, None)
    assert "Published." in client.get(SETTINGS).content.decode()
    assert list_events() == ["change_project"]


@pytest.mark.parametrize("pay", ["-1", "much", "0.00001", "nan"])
def test_a_pay_that_is_none_is_refused_beside_its_field(client: Client, project: Project, pay: str) -> None:
    answer = client.post(SETTINGS, {**WORDS, "pay": pay})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "errorlist" in page.partition('name="pay"')[2].partition('<div class="field')[0]
    assert "Published." in page
    project.refresh_from_db()
    assert project.title == "Old"


def test_a_pause_deals_nobody_a_task(client: Client, project: Project) -> None:
    rater = make_person(project)
    client.post(SETTINGS, {"act": "pause"})
    client.post(SETTINGS, {"act": "pause"})
    with pytest.raises(Exhausted, match="paused"):
        claim_assignment(rater=Rater.objects.get(pk=rater.pk))
    theirs = Client()
    assert rater.user is not None
    theirs.force_login(rater.user)
    page = theirs.get("/p/sky/rate/").content.decode()
    assert ['data-state="paused"' in page, "This project is paused." in page] == [True, True]
    client.post(SETTINGS, {"act": "resume"})
    assert claim_assignment(rater=Rater.objects.get(pk=rater.pk)) is not None
    assert list_events() == ["pause_project", "resume_project"]


def test_an_archived_project_is_closed_and_nothing_is_deleted(client: Client, project: Project) -> None:
    slip = client.post(SETTINGS, {"act": "archive", "confirm": "ski"})
    assert (slip.status_code, "not the address" in slip.content.decode()) == (400, True)
    assert client.post(SETTINGS, {"act": "archive", "confirm": "sky"})["Location"] == "/"
    assert client.get("/p/sky/").status_code == 404
    assert Project.objects.get().tasks.count() == 1
    assert list_events() == ["archive_project"]
