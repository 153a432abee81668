import re

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from annotations.models import Membership
from evalplatform.accounts.links import redeem_sign_in_link
from evalplatform.accounts.models import ApiToken, User
from evalplatform.common.hashing import hash_secret
from tests.factories.ledger import make_pair_rubric, make_pair_task, make_project

pytestmark = pytest.mark.database


def test_a_user_is_added_with_a_link_that_works(capsys: pytest.CaptureFixture[str]) -> None:
    project = make_project()

    call_command("add_user", "grace", "--role", "rater", "--project", project.slug)

    link = re.search(r"/sign-in/(\S+)/", capsys.readouterr().out)
    assert link is not None
    user = redeem_sign_in_link(secret=link.group(1))
    assert (user.username, user.has_usable_password()) == ("grace", False)
    assert Membership.objects.get(user=user).role == "rater"
    assert not ApiToken.objects.exists()


def test_a_token_is_printed_once(capsys: pytest.CaptureFixture[str]) -> None:
    project = make_project()

    call_command("add_user", "grace", "--role", "researcher", "--project", project.slug, "--token")

    secret = re.search(r"evp_\S+", capsys.readouterr().out)
    assert secret is not None
    assert ApiToken.objects.get().digest == hash_secret(secret.group(0))


def test_an_account_is_reused(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = make_project(), make_project()
    for project in (first, second):
        call_command("add_user", "grace", "--role", "rater", "--project", project.slug)

    assert User.objects.get(username="grace").memberships.count() == 2


def test_an_unknown_project_changes_nothing() -> None:
    with pytest.raises(CommandError, match="no project"):
        call_command("add_user", "grace", "--role", "rater", "--project", "nowhere")
    assert not User.objects.exists()


def test_a_rater_without_work_is_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    project = make_project("sky")

    call_command("add_user", "grace", "--role", "rater", "--project", "sky")
    assert "nothing to rate in sky yet" in capsys.readouterr().out
    call_command("add_user", "ada", "--role", "researcher", "--project", "sky")
    make_pair_task(project, make_pair_rubric(project))
    call_command("add_user", "grace", "--role", "rater", "--project", "sky")
    assert "nothing to rate" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("embedded", "start"), [(True, "http://127.0.0.1:8000/sign-in/"), (False, "/sign-in/")]
)
def test_the_link_can_be_opened_as_it_stands(
    settings: Settings, capsys: pytest.CaptureFixture[str], embedded: bool, start: str
) -> None:
    settings.EMBEDDED = embedded
    make_project("sky")

    call_command("add_user", "ada", "--role", "researcher", "--project", "sky")

    assert f"(once, 24 hours): {start}" in capsys.readouterr().out


def test_the_first_user_of_all_may_make_projects(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("add_user", "ada", "--staff")

    assert "ada may make projects." in capsys.readouterr().out
    user = User.objects.get()
    assert (user.is_staff, user.memberships.count()) == (True, 0)


@pytest.mark.parametrize(
    "given", [(), ("--role", "rater"), ("--project", "sky"), ("--staff", "--role", "rater")]
)
def test_a_role_and_a_project_go_together(given: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match="--role and --project, or --staff"):
        call_command("add_user", "grace", *given)
    assert not User.objects.exists()
