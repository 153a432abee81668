"""Categories and severities that a study's manifest does not list are those of its ratings."""

from pathlib import Path

import pytest

from annotations.domain.formats.criteria import MOST_CHOICES
from annotations.domain.studies.import_study import import_study
from annotations.models import Criterion
from tests.factories.studies import Json, find_studies, generation, score, write_study

pytestmark = pytest.mark.database


def load(folder: Path, spans: list[Json], **criterion: object) -> Json:
    criteria = [{"name": "errors", "task": "spans", "level": "interval", **criterion}]
    lines = [score([span], criterion="errors", task="spans", rater=f"r{n}") for n, span in enumerate(spans)]
    import_study(
        folder=write_study(folder, criteria=criteria, generations=[generation()], ratings=lines), slug="s"
    )
    options: Json = Criterion.objects.get().options
    return options


def test_words_of_the_ratings_are_offered_where_none_are_listed(tmp_path: Path) -> None:
    spans: list[Json] = [
        {"category": "Style", "severity": "Minor"},
        {"category": "Accuracy", "severity": "Major"},
        {"category": "Style", "severity": "Major"},
        {"text": "without a word"},
    ]
    options = load(tmp_path, spans)
    assert (options["categories"], options["severities"]) == (["Accuracy", "Style"], ["Major", "Minor"])


def test_what_is_listed_stays_and_passages_outside_of_it_say_nothing(tmp_path: Path) -> None:
    spans: list[Json] = [
        {"category": "Style", "severity": "Minor"},
        {"category": "Found", "severity": "Test of attention"},
    ]
    options = load(tmp_path, spans, severities=["Minor", "Major"])
    assert (options["categories"], options["severities"]) == (["Style"], ["Minor", "Major"])


@pytest.mark.parametrize(
    "words", [[f"word {number}" for number in range(MOST_CHOICES + 1)], ["x" * 201]], ids=["many", "long"]
)
def test_free_text_is_no_list_to_choose_from(tmp_path: Path, words: list[str]) -> None:
    assert "categories" not in load(tmp_path, [{"category": word} for word in words])


@pytest.mark.skipif(not find_studies().is_dir(), reason="the study folders are not at hand")
def test_mqm_offers_its_own_categories(tmp_path: Path) -> None:
    import_study(folder=find_studies() / "mqm-ende", slug="mqm")
    categories = Criterion.objects.get().options["categories"]
    assert len(categories) == 25
    assert {"Accuracy/Mistranslation", "Fluency/Punctuation", "Source issue"} <= set(categories)
    assert not {"Found", "Missed"} & set(categories)
