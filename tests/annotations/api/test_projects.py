import pytest
from django.test import Client

from annotations.models import Role
from tests.factories.ledger import make_member, make_project, make_user

pytestmark = pytest.mark.database


@pytest.mark.parametrize(
    ("role", "title", "description"),
    [(Role.RATER, "Skies", ""), (Role.RESEARCHER, "Sky by apex-9", "apex-9 against zenith-1")],
)
def test_raters_learn_no_more_from_the_api_than_from_the_page(
    role: Role, title: str, description: str
) -> None:
    project = make_project(
        "sky",
        title="Sky by apex-9",
        description="apex-9 against zenith-1",
        manifest={"rater_title": {"en": "Skies"}},
    )
    client, user = Client(), make_user()
    make_member(project, role, user=user)
    client.force_login(user)

    listed = client.get("/api/v1/projects/").json()["results"]
    single = client.get("/api/v1/projects/sky/").json()

    assert listed == [single]
    assert (single["title"], single["description"]) == (title, description)
