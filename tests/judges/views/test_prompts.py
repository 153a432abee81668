"""Pages of prompts: the library and own ones, versions and what changed, the exact request, and a new version."""

from typing import Any  # forms take any value

import pytest
from django.test import Client

from annotations.models import Project, Role
from judges.engine.versions.prompt_versions import save_prompt
from judges.models import Prompt
from tests.factories.callers import sign_in
from tests.factories.judging import Field, make_field

pytestmark = pytest.mark.database
PROMPTS = "/p/sky/judges/prompts/"
ANSWERS = "{% for a in answers %}{% for e in a.exchanges %}{{ e.reply }}\n{% endfor %}{% endfor %}"
USER = f"<<{{{{ nonce }}}} a>>\n{ANSWERS}<</{{{{ nonce }}}}>>"
WISH = {
    "key": "mine", "protocol": "pair", "language": "en", "note": "",
    "system_template": "Judge {{ nonce }}.", "user_template": USER,
}  # fmt: skip


def make_sky() -> tuple[Field, Client]:
    field = make_field(tasks=2, slug="sky")
    return field, sign_in(field.project)


def save(project: Project, **change: Any) -> Prompt:
    return save_prompt(project=project, **{**WISH, **change}).prompt


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_has_the_library_and_the_projects_versions() -> None:
    field, client = make_sky()
    empty = read(client, PROMPTS)
    assert "None yet" in empty
    assert f'{PROMPTS}library/factuality/"' in empty
    versions = [save(field.project), save(field.project, system_template="Judge well.", note="kinder")]
    page = read(client, PROMPTS)
    for version in versions:
        assert page.count(f'"{PROMPTS}{version.public_id}/"') == 1
    assert "kinder" in page
    assert f"{PROMPTS}{versions[1].public_id}/diff/" in page


def test_a_version_shows_its_texts_as_text_and_its_fellows() -> None:
    field, client = make_sky()
    first = save(field.project, system_template="<script>x</script> \u202ebad")
    second = save(field.project, note="shorter")
    page = read(client, f"{PROMPTS}{first.public_id}/")
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "\u202e" not in page
    assert f"{PROMPTS}{second.public_id}/diff/?against={first.public_id}" in page
    assert "What changed since v1" in read(client, f"{PROMPTS}{second.public_id}/")


def test_what_changed_is_marked_by_words() -> None:
    field, client = make_sky()
    first = save(field.project)
    second = save(field.project, system_template="Judge kindly {{ nonce }}.")
    page = read(client, f"{PROMPTS}{second.public_id}/diff/")
    assert "<ins> kindly</ins>" in page
    assert page.count('class="line added"') == page.count('class="line removed"') == 1
    back = read(client, f"{PROMPTS}{first.public_id}/diff/?against={second.public_id}")
    assert "<del> kindly</del>" in back
    assert "It is the first version" in read(client, f"{PROMPTS}{first.public_id}/diff/")
    same = read(client, f"{PROMPTS}{first.public_id}/diff/?against={first.public_id}")
    assert "Both say the same" in same
    assert client.get(f"{PROMPTS}{first.public_id}/diff/?against=x").status_code == 400


def test_the_exact_request_of_a_chosen_task_and_order() -> None:
    field, client = make_sky()
    address = f"{PROMPTS}{save(field.project).public_id}/preview/"
    page = read(client, f"{address}?task={field.tasks[1].public_id}&order=1,0")
    assert page.index("A long and full answer.") < page.index("Short.")
    assert f'value="{field.tasks[1].public_id}" selected' in page
    assert 'value="1,0" selected' in page
    first = read(client, address)
    assert f'value="{field.tasks[0].public_id}" selected' in first
    foreign = make_field(tasks=1).tasks[0].public_id
    for query, status in ((f"task={foreign}", 404), ("order=2", 400), ("task=x", 400)):
        assert client.get(f"{address}?{query}").status_code == status


def test_without_a_task_the_preview_says_so() -> None:
    field = make_field(tasks=0, slug="sky")
    prompt = save(field.project)
    assert "No open task fits this prompt." in read(
        sign_in(field.project), f"{PROMPTS}{prompt.public_id}/preview/"
    )


def test_a_version_is_tried_then_kept_then_there() -> None:
    field, client = make_sky()
    tried = client.post(f"{PROMPTS}new/", {**WISH, "try": "1"})
    assert tried.status_code == 200
    assert "It can be filled" in tried.content.decode()
    assert "A long and full answer." in tried.content.decode()
    assert Prompt.objects.count() == 0
    kept = client.post(f"{PROMPTS}new/", {**WISH, "keep": "1"})
    prompt = Prompt.objects.get()
    assert kept["Location"] == f"{PROMPTS}{prompt.public_id}/"
    assert "The version is kept." in read(client, kept["Location"])
    again = client.post(f"{PROMPTS}new/", {**WISH, "keep": "1"})
    assert again["Location"] == kept["Location"]
    assert "already" in read(client, kept["Location"])
    start = read(client, f"{PROMPTS}new/?from={prompt.public_id}")
    assert 'value="mine"' in start
    assert "Judge {{ nonce }}." in start
    assert field.project.prompts.count() == 1


def test_line_breaks_of_a_browser_make_no_new_version() -> None:
    field, client = make_sky()
    prompt = save(field.project)
    sent = {**WISH, "user_template": USER.replace("\n", "\r\n"), "keep": "1"}
    answer = client.post(f"{PROMPTS}new/", sent)
    assert answer["Location"] == f"{PROMPTS}{prompt.public_id}/"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"key": "Mine!"}, "key"),
        ({"user_template": "{{ nonsense }}"}, "user_template"),
        ({"system_template": "{% if %}"}, "system_template"),
        ({"user_template": ""}, "user_template"),
    ],
)
@pytest.mark.parametrize("button", ["try", "keep"])
def test_what_is_wrong_stands_beside_its_field(change: dict[str, str], field: str, button: str) -> None:
    _, client = make_sky()
    answer = client.post(f"{PROMPTS}new/", {**WISH, **change, button: "1"})
    assert answer.status_code == 400
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert Prompt.objects.count() == 0


def test_a_remark_is_told_when_an_answer_is_not_shown() -> None:
    _, client = make_sky()
    blind = {**WISH, "user_template": "Say anything {{ nonce }}."}
    assert "answers are not shown" in client.post(f"{PROMPTS}new/", {**blind, "try": "1"}).content.decode()
    kept = client.post(f"{PROMPTS}new/", {**blind, "keep": "1"})
    assert "answers are not shown" in read(client, kept["Location"])


def test_a_prompt_of_the_library_is_read_and_taken_up() -> None:
    field, client = make_sky()
    address = f"{PROMPTS}library/preference/"
    russian = read(client, f"{address}?language=ru")
    assert "Take it up in this project" in russian
    answer = client.post(address, {"language": "ru"})
    prompt = Prompt.objects.get()
    assert (prompt.key, prompt.project, prompt.language) == ("preference-ru", field.project, "ru")
    assert answer["Location"] == f"{PROMPTS}{prompt.public_id}/"
    assert client.get(f"{PROMPTS}library/nothing/").status_code == 404
    assert client.get(f"{address}?language=xx").status_code == 400
    assert "preference" in read(client, f"{PROMPTS}new/?library=preference&language=en")
    reader = sign_in(field.project, Role.REVIEWER)
    assert "Take it up" not in read(reader, address)
    assert reader.post(address).status_code == 403
