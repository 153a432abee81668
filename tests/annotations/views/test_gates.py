"""Languages and skills as people meet them: on their profile, in the project, and where nothing is left for them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from annotations.models import HeldSkill, Item, Membership, Project, ReadLanguage, Role, Task, Upload
from annotations.queries.skills import list_skills_of
from tests.factories.gated import ask_for, make_reader
from tests.factories.ledger import make_member, make_pair_rubric, make_pair_task, make_person, make_project

pytestmark = pytest.mark.database


@pytest.fixture
def project() -> Project:
    return make_project("sky", overlap=1)


@pytest.fixture
def task(project: Project) -> Task:
    return ask_for(make_pair_task(project, make_pair_rubric(project)), "ru", ["law"])


@pytest.fixture
def owner(project: Project) -> Client:
    return sign_in(make_member(project, Role.RESEARCHER))


def sign_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_profile_keeps_ticked_and_written_languages(project: Project) -> None:
    client = sign_in(make_member(project))
    sent = {"languages": ["ru", "en"], "other": "kk, pt-br"}
    assert client.post("/profile/", sent).status_code == 302
    assert sorted(ReadLanguage.objects.values_list("tag", flat=True)) == ["en", "kk", "pt-BR", "ru"]
    page = read(client, "/profile/")
    assert page.count(" checked") == 2
    assert 'value="kk, pt-BR"' in page
    assert "Russian" in page
    wrong = client.post("/profile/", {"languages": ["ru"], "other": "русский"})
    assert wrong.status_code == 400
    assert "русский is no language tag" in wrong.content.decode()
    assert ReadLanguage.objects.count() == 4
    client.post("/profile/", {})
    assert not ReadLanguage.objects.exists()


def test_a_profile_speaks_russian(project: Project) -> None:
    page = sign_in(make_member(project)).get("/profile/", headers={"Accept-Language": "ru"}).content.decode()
    assert "Языки, на которых вы хорошо читаете" in page
    assert "Русский" in page


def test_a_researcher_grants_and_takes_skills_on_the_page(
    owner: Client, project: Project, task: Task
) -> None:
    rater = make_person(project)
    assert rater.user is not None
    member = rater.user.memberships.get()
    address = f"/p/sky/people/{member.public_id}/skills/"
    assert owner.post(address, {"new": "chess"}).status_code == 302
    assert owner.post(address, {"skill": ["chess", "law"]}).status_code == 302
    assert list_skills_of(rater) == ("chess", "law")
    page = read(owner, "/p/sky/people/")
    assert page.count('value="law" checked') == 1
    owner.post(address, {"skill": ["law"]})
    assert list_skills_of(rater) == ("law",)
    assert "no comma" in owner.post(address, {"new": "a,b"}, follow=True).content.decode()


def test_a_member_who_never_asked_for_work_may_be_granted_a_skill(owner: Client, project: Project) -> None:
    member = make_member(project)
    owner.post(f"/p/sky/people/{member.public_id}/skills/", {"new": "law"})
    assert HeldSkill.objects.get().rater.user == member.user


def test_tasks_that_wait_for_somebody_are_told_to_who_steers(
    owner: Client, project: Project, task: Task
) -> None:
    make_person(project)
    for path in ("/p/sky/", "/p/sky/people/"):
        page = read(owner, path)
        assert "1 task asks for something that nobody here has: reading Russian, the skill law." in page
    assert "Invite people or grant skills" in read(owner, "/p/sky/")
    page = owner.get("/p/sky/", headers={"Accept-Language": "ru"}).content.decode()
    assert "1 задание требует того, чего здесь нет ни у кого" in page
    make_reader(project, "ru", skills=["law"])
    assert "nobody here has" not in read(owner, "/p/sky/")


def test_a_rater_reads_why_nothing_is_left(project: Project, task: Task) -> None:
    rater = make_person(project)
    client = Client()
    assert rater.user is not None
    client.force_login(rater.user)
    page = read(client, "/p/sky/rate/")
    assert "Nothing is left that is for you" in page
    assert "reading Russian, the skill law" in page
    assert 'href="/profile/"' in page
    Project.objects.update(rater_cap=0)
    assert "Nothing is left that is for you" not in read(client, "/p/sky/rate/")


def test_a_file_says_in_columns_what_its_items_ask_for(owner: Client, project: Project) -> None:
    content = b"prompt,needs_language,needs_skills,a_answer\nWhy?,RU,law; chess,So.\nHow?,,,Thus.\n"
    owner.post("/p/sky/upload/", {"file": SimpleUploadedFile("a.csv", content)})
    upload = Upload.objects.get()
    assert upload.mapping["needs_language"] == "needs_language"
    columns = {f"column-{number}": part for number, part in enumerate(upload.mapping.values())}
    owner.post(f"/p/sky/upload/{upload.public_id}/", {**columns, "act": "store"})
    assert dict(Item.objects.values_list("prompt", "gate")) == {"Why?": 1, "How?": 0}
