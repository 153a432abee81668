"""What the page shows of a task: its texts, its scales, its turns, the project's title."""

import re
from typing import Any

import pytest
from django.test import Client

from annotations.models import Project, Rater
from tests.annotations.views.rating.test_rating import make_pairs, read
from tests.factories.ledger import (
    make_criterion,
    make_generation,
    make_item,
    make_pair_rubric,
    make_pair_task,
    make_rubric,
    make_single_rubric,
    make_single_task,
    make_system,
    make_task,
    scale,
)

pytestmark = pytest.mark.database


def test_untrusted_text_is_shown_as_text(project: Project, client: Client) -> None:
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1)) \"'><b>"
    item = make_item(project, hostile, context=hostile, reference=hostile)
    rubric = make_single_rubric(project, ["quality"])
    rubric.criteria.update(options={"show_reference": True}, labels={"en": hostile}, question={"en": hostile})
    make_single_task(project, rubric, item=item, text=hostile)
    text = read(client, "/p/sky/rate/")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert not re.search(r"<script>|<img|href=.javascript|<b>", text)


def test_scales_labels_and_free_answers(project: Project, client: Client) -> None:
    rubric = make_rubric(project, kind="single")  # type: ignore[arg-type]  # the column's own word
    make_criterion(rubric, "ten", values=scale(*range(1, 11)))
    make_criterion(rubric, "five", values=scale(*range(5)))
    make_criterion(rubric, "safe", values=[{"value": "y", "labels": {"en": "Yes", "ru": "Да"}}])
    make_criterion(rubric, "share", level="ratio", minimum=0, maximum=1, fractions=True)  # type: ignore[arg-type]  # as above
    make_criterion(rubric, "why", level="text", required=False)  # type: ignore[arg-type]  # as above
    make_criterion(rubric, "mean", values=scale(1, 2, 3), minimum=1, maximum=3, fractions=True)
    make_single_task(project, rubric)
    text = read(client, "/p/sky/rate/")
    keys = re.findall(r'data-value="([^"]+)" data-key="(.)"', text)
    assert keys[:10] == [(str(n), str(n % 10)) for n in range(1, 11)]
    assert keys[10:15] == [(str(n), str(n)) for n in range(5)]
    assert keys[15] == ("&quot;y&quot;", "1")
    assert keys[16:] == [("1", "1"), ("2", "2"), ("3", "3")]
    assert '<span class="label">Yes</span>' in text
    assert 'data-number data-step="any" data-min="0.0" data-max="1.0"' in text
    assert "a number from 0 to 1</p>" in text
    assert '<textarea class="typed"' in text


def test_the_page_speaks_the_language_of_the_user(project: Project, rater: Rater, client: Client) -> None:
    make_pairs(project, 1)
    assert rater.user is not None
    rater.user.language = "ru"
    rater.user.save()
    text = read(client, "/p/sky/rate/")
    assert '<html lang="ru">' in text
    assert "Какой ответ лучше?" in text
    assert "A лучше" in text


def test_a_conversation_is_shown_up_to_the_rated_turn(project: Project, client: Client) -> None:
    item = make_item(project, None, turns=["first question", "second question", "third question"])
    generations = [
        make_generation(item, make_system(project), None, turns=[f"{s}1", f"{s}2", f"{s}3"])
        for s in ("left", "right")
    ]
    make_task(item, make_pair_rubric(project), generations, turn=2)
    text = read(client, "/p/sky/rate/")
    assert text.count("<p>second question</p>") == 2
    assert "left2" in text
    assert text.count("rate this one") == 2
    assert "third question" not in text
    assert "left3" not in text


def test_a_preference_without_a_question_asks_which_is_better(project: Project, client: Client) -> None:
    rubric = make_pair_rubric(project)
    rubric.criteria.update(question={})
    make_pair_task(project, rubric)
    assert "Which answer is better?</h3>" in read(client, "/p/sky/rate/")


def test_a_text_is_sent_rendered_and_as_it_was_written(project: Project, client: Client) -> None:
    code = "def add(numbers):\n    # every <one>\n    return sum(numbers)\u200b"
    make_single_task(project, make_single_rubric(project), text=code)
    text = read(client, "/p/sky/rate/")
    assert "&nbsp;&nbsp;&nbsp;&nbsp;return sum(numbers)⟨U+200B⟩</p>" in text
    assert "\ndef add(numbers):\n    # every &lt;one&gt;\n    return sum(numbers)⟨U+200B⟩</pre>" in text
    assert "data-text" not in text


def test_a_study_of_plain_texts_starts_as_written(project: Project, client: Client) -> None:
    Project.objects.update(manifest={"text": "plain"})
    make_single_task(project, make_single_rubric(project))
    assert 'data-text="plain"' in read(client, "/p/sky/rate/")


def test_long_words_of_a_scale_stand_beneath_its_buttons_all_over_the_form(
    project: Project, client: Client
) -> None:
    rubric = make_rubric(project, kind="single")  # type: ignore[arg-type]  # the column's own word
    long = {"en": "The main claim is wrong or made up"}
    make_criterion(rubric, "truth", values=[{"value": 1, "labels": long}, {"value": 2}, {"value": 3}])
    make_criterion(rubric, "use", values=[{"value": 1, "labels": {"en": "None"}}, {"value": 2}, {"value": 3}])
    make_single_task(project, rubric)
    text = read(client, "/p/sky/rate/")
    assert re.findall(r"<dt>(.)</dt><dd>(.+?)</dd>", text) == [("1", long["en"]), ("1", "None")]
    assert text.count('class="criterion scale"') == 2
    assert 'class="note"' not in text
    assert re.findall(r"<kbd>(\d)</kbd>\s*</button>", text)[:6] == ["1", "2", "3"] * 2


@pytest.mark.parametrize(
    ("prompt", "is_dialogue"),
    [
        ("USER: hi\nLAMDA: hello\nUSER: well?", True),
        ("USER: hi", False),
        ("Note: one thing\nWarning: another", False),
        ("at 10:30\nand 11:45\nand 12:00", False),
    ],
)
def test_a_dialogue_opens_at_its_end(
    project: Project, client: Client, prompt: str, is_dialogue: bool
) -> None:
    make_single_task(project, make_single_rubric(project), item=make_item(project, prompt))
    assert ("data-dialogue" in read(client, "/p/sky/rate/")) == is_dialogue


@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        ({}, "sky"),
        ({"rater_title": "Skies"}, "Skies"),
        ({"rater_title": {"ru": "Небо", "en": "Heavens"}}, "Heavens"),
    ],
)
def test_raters_see_the_title_that_is_for_them(
    project: Project, client: Client, stated: dict[str, Any], shown: str
) -> None:
    Project.objects.update(title="Sky with verdicts of apex-9", manifest=stated)
    for address in ("/", "/p/sky/", "/p/sky/rate/"):
        text = read(client, address)
        assert f">{shown}</" in text
        assert "apex-9" not in text


def test_one_question_is_never_one_of_several(project: Project, client: Client) -> None:
    """One after another needs two questions at least; their order is the rubric's."""
    make_single_task(project, make_single_rubric(project, ["quality"], one_at_a_time=True))
    text = read(client, "/p/sky/rate/")
    assert ("one-at-a-time" in text, "Question 1 of" in text) == (False, False)
    assert text.count('data-act="submit"') == 1


def test_questions_one_after_another_stand_in_order(project: Project, client: Client) -> None:
    make_single_task(project, make_single_rubric(project, ["tone", "clarity", "worth"], one_at_a_time=True))
    text = read(client, "/p/sky/rate/")
    asked = re.findall(r'class="criterion scale( active)?" data-criterion="(\w+)"', text)
    assert asked == [(" active", "tone"), ("", "clarity"), ("", "worth")]
    assert re.findall(r">(Question \d of \d)<", text) == [f"Question {place} of 3" for place in (1, 2, 3)]
    assert text.count('data-act="previous"') == 3
    assert text.count('data-act="next"') == 2
