"""Setting up a project in the browser: templates, questions by buttons, preview, faults beside fields."""

import re
from dataclasses import replace
from typing import Any  # what forms send

import pytest
from django.test import Client

from annotations.domain.project_templates import list_project_templates
from annotations.domain.projects.new_project import ProjectDraft, RubricDraft
from annotations.forms.setup import ProjectSetup
from annotations.models import Criterion, Membership, Project, Role, Rubric, TaskKind
from evalplatform.accounts.models import User
from tests.factories.callers import open_browser
from tests.factories.ledger import make_member, make_project, make_user

pytestmark = pytest.mark.database
NEW = "/projects/new/"
PAIR = {
    "title": "Why the sky is blue", "kind": "pair", "overlap": "2", "policy": "all", "questions": "1",
    "c0-label_en": "Overall", "c0-label_ru": "В целом", "c0-answer": "pairwise",
    "c0-values": "first\nsecond\ntie", "c0-question_ru": "Какой лучше?", "c0-question_en": "Which is better?",
}  # fmt: skip
SCORES = {
    **PAIR, "kind": "single", "questions": "2", "c0-answer": "score", "c0-low": "1", "c0-high": "5",
    "c0-values": "1 | poor | плохо\n5 | good", "c1-label_ru": "Тон", "c1-answer": "label", "c1-level": "nominal",
    "c1-values": "warm | warm | тёплый\ncold", "c1-optional": "on",
}  # fmt: skip


@pytest.fixture
def founder() -> User:
    return make_user("ada", is_staff=True)


@pytest.fixture
def client(founder: User) -> Client:
    return open_browser(founder)


def read_field(page: str, name: str) -> str:
    """The part of the page that belongs to one field, with what stands beneath it."""
    form = page.partition('id="setup"')[2]
    return form.partition(f'name="{name}"')[2].partition('<div class="field')[0]


def preview(client: Client, sent: dict[str, str]) -> str:
    """What the page's script gets when something was typed."""
    answer = client.post(NEW, {**sent, "act": "preview"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_template_makes_a_project_as_it_is(client: Client) -> None:
    names = [template.name for template in list_project_templates()]
    assert names == [
        "factuality-helpfulness-creativity", "mqm-spans", "preference-pairs", "safety", "scores-and-pairs",
        "simpleqa", "summary-quality",
    ]  # fmt: skip
    choices = client.get(NEW).content.decode()
    for name in names:
        assert f'href="?template={name}"' in choices
        page = client.get(NEW, {"template": name}).content.decode()
        sent = read_form(page) | {"title": name, "act": "make"}
        answer = client.post(NEW, sent)
        assert answer["Location"] == f"/p/{name}/"
    for template in list_project_templates():
        wanted = ProjectDraft.read({"slug": "x", "rubrics": list(template.rubrics)}).rubrics
        rubrics = Rubric.objects.filter(project__slug=template.name).order_by("pk")
        for rubric, draft in zip(rubrics, wanted, strict=True):
            compare(rubric, draft)


def compare(rubric: Rubric, wanted: RubricDraft) -> None:
    """That the rubric asks what the draft says."""
    assert (rubric.task_kind, rubric.labels) == (wanted.task_kind, wanted.labels)
    assert rubric.instructions == wanted.instructions
    made = {
        each.key: (each.level, each.labels, each.question, each.options) for each in rubric.criteria.all()
    }
    assert made == {
        key: (spec.level, spec.labels, spec.question, spec.options) for key, spec in wanted.criteria.items()
    }


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ["Scores and pairs", "which one is better?"]), ("ru", ["Оценки и пары", "какой лучше?"])],
)
def test_a_template_scores_each_answer_and_compares_pairs(
    client: Client, language: str, words: list[str]
) -> None:
    client.cookies["django_language"] = language
    choices = client.get(NEW).content.decode()
    assert all(word in choices for word in words)
    page = client.get(NEW, {"template": "scores-and-pairs"}).content.decode()
    client.post(NEW, read_form(page) | {"title": "both", "slug": "both", "act": "make"})
    asked = Rubric.objects.order_by("pk", "criteria__position")
    assert list(asked.values_list("task_kind", "criteria__key")) == [
        ("single", "factuality"), ("single", "helpfulness"), ("single", "creativity"), ("pair", "overall"),
    ]  # fmt: skip
    assert Project.objects.get().pairing == {"policy": "all"}


def read_form(page: str) -> dict[str, str]:
    """What a browser would send of the form without anything changed."""
    form = page.partition('id="setup"')[2].partition("</form>")[0]
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_choice = attributes.get("type") in ("radio", "checkbox")
        if not is_choice or " checked" in tag:
            sent[attributes["name"]] = unescape(attributes.get("value", "on" if is_choice else ""))
    for name, text in re.findall(r'<textarea name="([\w-]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        sent[name] = unescape(text)
    for name, options in re.findall(r'<select name="([\w-]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        assert chosen is not None
        sent[name] = chosen[1]
    return sent


def unescape(text: str) -> str:
    return text.replace("&#x27;", "'").replace("&quot;", '"').replace("&lt;", "<").replace("&amp;", "&")


def test_a_pair_of_ones_own(client: Client, founder: User) -> None:
    answer = client.post(NEW, {**PAIR, "rater_title_ru": "Небо", "content_warning": "Rude.", "act": "make"})
    project = Project.objects.get()
    assert answer["Location"] == "/p/why-the-sky-is-blue/"
    assert (project.title, project.overlap, project.pairing) == ("Why the sky is blue", 2, {"policy": "all"})
    assert (project.manifest, project.content_warning) == ({"rater_title": {"ru": "Небо"}}, "Rude.")
    assert Membership.objects.get().role == Role.RESEARCHER
    criterion = Criterion.objects.get()
    assert (criterion.key, criterion.level, criterion.labels) == (
        "overall", "preference", {"en": "Overall", "ru": "В целом"},
    )  # fmt: skip
    assert criterion.values == [{"value": value, "labels": {}} for value in ("first", "second", "tie")]


@pytest.mark.parametrize(
    ("sent", "pairing"),
    [
        ({"turns": "each"}, {"policy": "all", "turns": "each"}),
        (
            {"turns": "last", "policy": "against", "system": "ours"},
            {"policy": "against", "system": "ours", "turns": "last"},
        ),
        ({"turns": "whole"}, {"policy": "all"}),
    ],
)
def test_questions_are_asked_of_each_turn_where_that_is_wanted(
    client: Client, sent: dict[str, str], pairing: dict[str, str]
) -> None:
    client.post(NEW, {**PAIR, **sent, "act": "make"})
    assert Project.objects.get().pairing == pairing


@pytest.mark.parametrize("asked", [True, False])
def test_a_preference_may_ask_how_much_better(client: Client, asked: bool) -> None:
    sent = {**PAIR, "act": "make", **({"c0-strength": "on"} if asked else {})}
    assert ("How much better?" in preview(client, sent)) == asked
    client.post(NEW, sent)
    assert Criterion.objects.get().options.get("strength", False) == asked


def test_scores_and_labels(client: Client) -> None:
    client.post(NEW, {**SCORES, "slug": "sky", "act": "make"})
    first, second = Criterion.objects.all()
    assert first.rubric.task_kind == TaskKind.SINGLE
    assert (first.minimum, first.maximum, first.required) == (1.0, 5.0, True)
    assert first.values[0] == {"value": 1, "labels": {"en": "poor", "ru": "плохо"}}
    assert first.values[4] == {"value": 5, "labels": {"en": "good"}}
    assert (second.key, second.labels, second.level, second.required) == (
        "question", {"ru": "Тон"}, "nominal", False,
    )  # fmt: skip
    assert second.values == [
        {"value": "warm", "labels": {"en": "warm", "ru": "тёплый"}},
        {"value": "cold", "labels": {}},
    ]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"title": ""}, "title", "This field is required."),
        ({"overlap": "-1"}, "overlap", "greater than or equal to 0"),
        ({"slug": "No Good"}, "slug", "small letters, digits and single hyphens"),
        ({"slug": "taken"}, "slug", "There is a project of this address already."),
        ({"language": "?"}, "language", "is no language code"),
        ({"policy": "against"}, "system", "Name the system"),
        ({"policy": "sampled"}, "n", "Say how many pairs."),
        ({"kind": "single"}, "c0-answer", "cannot be asked of a single task"),
        ({"c0-label_en": "", "c0-label_ru": ""}, "c0-label_en", "has a name in one language"),
        ({"c0-values": "maybe"}, "c0-values", "cannot be a value of pairwise"),
        ({"c0-answer": "score"}, "c0-low", "a lowest and a highest value"),
        ({"c0-answer": "score", "c0-low": "5", "c0-high": "1"}, "c0-high", "above the lowest"),
        ({"c0-answer": "score", "c0-low": "nan", "c0-high": "1"}, "c0-low", "Enter a number."),
        ({"c0-answer": "label", "c0-values": ""}, "c0-values", "Say which labels there are"),
        ({"c0-key": "No Key"}, "c0-key", "small letters, digits and single hyphens"),
    ],
)  # fmt: skip
def test_a_fault_stands_beside_its_field_and_nothing_is_lost(
    client: Client, change: dict[str, str], field: str, words: str
) -> None:
    make_project("taken")
    answer = client.post(NEW, {**PAIR, "description": "For <us>", **change, "act": "make"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in read_field(page, field)
    assert "For &lt;us&gt;" in page
    assert list(Project.objects.values_list("slug", flat=True)) == ["taken"]


def test_questions_come_go_and_move_without_a_script(client: Client) -> None:
    more = client.post(NEW, {**SCORES, "act": "add"}).content.decode()
    assert read_form(more)["questions"] == "3"
    assert read_form(more)["c1-optional"] == "on"
    moved = read_form(client.post(NEW, {**SCORES, "act": "up-1"}).content.decode())
    assert (moved["c0-label_ru"], moved["c1-label_en"]) == ("Тон", "Overall")
    fewer = read_form(client.post(NEW, {**SCORES, "act": "remove-0"}).content.decode())
    assert (fewer["questions"], fewer["c0-label_ru"], fewer["title"]) == ("1", "Тон", SCORES["title"])
    assert Project.objects.count() == 0


def test_the_preview_is_the_raters_page_in_either_language(client: Client) -> None:
    english = preview(client, {**PAIR, "look": "en"})
    assert ["Which is better?" in english, "A is better" in english, "Both bad" in english] == [
        True,
        True,
        False,
    ]
    russian = preview(client, {**PAIR, "look": "ru", "title": ""})
    assert ["Какой лучше?" in russian, "A лучше" in russian or "Лучше A" in russian] == [True, True]
    alone = preview(client, SCORES)
    assert ['data-kind="choice"' in alone, "poor" in alone] == [True, True]
    nothing = preview(client, {**PAIR, "c0-answer": "label", "c0-values": ""})
    assert "appears here as soon as" in nothing
    hostile = preview(client, {**PAIR, "c0-question_en": "<script>alert(1)</script>"})
    assert "<script>" not in hostile
    assert Project.objects.count() == 0


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"act": "make"}, {"act": "remove-99"}, {"act": "up-x"}, {"act": "up-" + "9" * 5_000},
        {"act": "drop-" + "9" * 5_000}, {"act": "add", "questions": "9" * 30},
        {"act": "preview", "look": "xx"}, {"questions": "²"}, {"kind": "pair", "act": "add", "questions": "20"},
    ],
)  # fmt: skip
def test_what_no_browser_sends_breaks_nothing(client: Client, sent: dict[str, Any]) -> None:
    assert client.post(NEW, sent).status_code in (200, 400)
    assert client.post(NEW, sent, headers={"HX-Request": "true"}).status_code in (200, 400)


def test_only_founders_come_here() -> None:
    client = Client()
    assert client.get(NEW)["Location"] == f"/sign-in/?next={NEW}"
    client.force_login(make_member(make_project(), Role.REVIEWER).user)
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, {**PAIR, "act": "make"}).status_code == 403
    assert "New project" not in client.get("/").content.decode()
    client.force_login(make_member(make_project(), Role.RESEARCHER).user)
    assert "New project" in client.get("/").content.decode()


BOTH = {
    **SCORES, "rubrics": "2", "rubric_en": "Quality", "r1-kind": "pair", "r1-questions": "1",
    "r1-c0-label_en": "Overall", "r1-c0-answer": "pairwise", "r1-c0-question_en": "Which one is better?",
    "r1-rubric_ru": "Сравнение",
}  # fmt: skip


def test_answers_are_scored_and_compared_in_one_project(client: Client) -> None:
    sent = {**BOTH, "policy": "against", "system": "ours", "act": "make"}
    assert client.post(NEW, sent)["Location"] == "/p/why-the-sky-is-blue/"
    quality, compared = Rubric.objects.order_by("pk")
    assert [(each.key, each.task_kind) for each in (quality, compared)] == [
        ("quality", "single"),
        ("rubric", "pair"),
    ]
    assert (quality.labels, compared.labels) == ({"en": "Quality"}, {"ru": "Сравнение"})
    assert [each.key for each in quality.criteria.all()] == ["overall", "question"]
    [preference] = compared.criteria.all()
    assert (preference.key, preference.level) == ("overall-2", "preference")  # a key is one question's
    assert Project.objects.get().pairing == {"policy": "against", "system": "ours"}


@pytest.mark.parametrize(
    ("turns", "pairing"),
    [
        (("each", "whole"), {"quality": "each"}),
        (("each", "last"), {"quality": "each", "rubric": "last"}),
        (("last", "last"), "last"),
        (("", "whole"), None),
    ],
)
def test_each_rubric_asks_about_turns_in_its_own_way(
    client: Client, turns: tuple[str, str], pairing: object
) -> None:
    client.post(NEW, {**BOTH, "turns": turns[0], "r1-turns": turns[1], "act": "make"})
    assert Project.objects.get().pairing.get("turns") == pairing


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"r1-c0-label_en": ""}, "r1-c0-label_en", "has a name in one language"),
        ({"r1-kind": "single"}, "r1-c0-answer", "cannot be asked of a single task"),
        ({"r1-kind": ""}, "r1-kind", "This field is required."),
        ({"r1-c0-key": "No Key"}, "r1-c0-key", "small letters, digits and single hyphens"),
        ({"policy": "sampled"}, "n", "Say how many pairs."),
    ],
)
def test_a_fault_of_a_further_rubric_stands_beside_its_field(
    client: Client, change: dict[str, str], field: str, words: str
) -> None:
    answer = client.post(NEW, {**BOTH, **change, "act": "make"})
    assert answer.status_code == 400
    page = answer.content.decode()
    place = page.rpartition(f'name="{field}"')[2] if field == "r1-kind" else read_field(page, field)
    assert words in place
    assert not Project.objects.exists()


def test_rubrics_come_and_go_without_a_script(client: Client) -> None:
    page = client.post(NEW, {**SCORES, "act": "rubric-pair"}).content.decode()
    sent = read_form(page)
    assert (sent["rubrics"], sent["r1-kind"], sent["r1-c0-answer"]) == ("2", "pair", "pairwise")
    assert (sent["questions"], sent["c1-label_ru"], sent["r1-questions"]) == ("2", "Тон", "1")
    grown = read_form(client.post(NEW, {**BOTH, "act": "r1-add"}).content.decode())
    assert (grown["questions"], grown["r1-questions"], grown["r1-c1-answer"]) == ("2", "2", "pairwise")
    moved = read_form(client.post(NEW, {**grown, "act": "r1-up-1"}).content.decode())
    assert (moved["r1-c1-label_en"], moved["c0-label_en"]) == ("Overall", "Overall")
    fewer = read_form(client.post(NEW, {**grown, "act": "r1-remove-0"}).content.decode())
    assert (fewer["r1-questions"], fewer["r1-c0-label_en"]) == ("1", "")
    left = read_form(client.post(NEW, {**BOTH, "act": "drop-0"}).content.decode())
    assert (left["rubrics"], left["kind"], left["rubric_ru"]) == ("1", "pair", "Сравнение")
    assert "r1-kind" not in left
    assert left["title"] == SCORES["title"]


def test_the_form_holds_five_rubrics_at_most(client: Client) -> None:
    sent = dict(BOTH)
    for _ in range(6):
        sent = read_form(client.post(NEW, {**sent, "act": "rubric-ranking"}).content.decode())
    assert sent["rubrics"] == "5"
    assert "Add a rubric" not in client.post(NEW, {**sent, "act": "add"}).content.decode()


def test_every_rubric_is_previewed_as_far_as_it_is_right(client: Client) -> None:
    both = preview(client, {**BOTH, "look": "en"})
    assert both.count("inert") == 2
    assert "Which one is better?" in both
    one = preview(client, {**BOTH, "r1-c0-label_en": "", "r1-c0-answer": "label"})
    assert one.count("inert") == 1
    assert "appears here as soon as" in one
    russian = preview(client, {**BOTH, "look": "ru"})
    assert "Сравнение" in russian


@pytest.mark.parametrize(
    "sent",
    [
        {"rubrics": "9" * 30}, {"rubrics": "²"}, {"rubrics": "0", "act": "drop-0"}, {"rubrics": "2", "act": "drop-7"},
        {"rubrics": "2", "act": "r7-add"}, {"rubrics": "2", "act": "r1-up-x"}, {"act": "rubric-none"},
        {"rubrics": "5", "act": "make"}, {"rubrics": "3", "act": "preview", "r2-questions": "9" * 9},
    ],
)  # fmt: skip
def test_rubrics_that_no_browser_sends_break_nothing(client: Client, sent: dict[str, str]) -> None:
    assert client.post(NEW, sent).status_code in (200, 400)


def test_questions_one_after_another(client: Client) -> None:
    """Said in the form, kept while it grows, shown in the preview, stored with the rubric."""
    usual = preview(client, SCORES)
    assert (usual.count("one-at-a-time"), usual.count("data-met")) == (0, 0)
    sent = {**SCORES, "asked": "one_at_a_time"}
    shown = preview(client, sent)
    assert "Question 1 of 2" in shown
    assert "Question 2 of 2" in shown
    assert re.findall(r'class="criterion (\w+)( active)?"', shown) == [("scale", " active"), ("scale", "")]
    assert re.findall(r'aria-label="(Question \d)"', shown) == ["Question 1", "Question 2"]
    grown = read_form(client.post(NEW, {**sent, "act": "add"}).content.decode())
    assert (grown["questions"], grown["asked"]) == ("3", "one_at_a_time")
    client.post(NEW, {**sent, "act": "make"})
    assert Rubric.objects.get().one_at_a_time


def test_a_template_may_ask_one_after_another() -> None:
    usual = list_project_templates()[0]
    template = replace(usual, rubrics=({**usual.rubrics[0], "one_at_a_time": True},))
    setup = ProjectSetup.open(template)
    assert setup.rubrics[0].words["asked"].value() == "one_at_a_time"
    assert ProjectSetup.open(usual).rubrics[0].words["asked"].value() == ""
