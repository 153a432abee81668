"""The demo study is well formed, honest about quality, and gives nothing away to a rater."""

import json
import re
from collections import Counter
from itertools import combinations
from pathlib import Path
from statistics import fmean
from typing import Any  # lines of JSON, whose fields these tests check one by one

import pytest

import evalplatform.demo

STUDY = Path(evalplatform.demo.__file__).parent / "study"
SYSTEMS = ["aurora-large", "birch-medium", "cobalt-mini"]
NAMES = ["aurora", "birch", "cobalt", "аврор", "берёз", "берез", "кобальт"]
CRITERIA = ["factuality", "helpfulness", "creativity"]

Line = dict[str, Any]


def read_json(name: str) -> Line:
    loaded: Line = json.loads((STUDY / name).read_text(encoding="utf-8"))
    return loaded


def read_lines(name: str) -> list[Line]:
    with (STUDY / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


MANIFEST = read_json("manifest.json")
QUALITIES = read_json("qualities.json")
ITEMS = {line["item_id"]: line for line in read_lines("items.jsonl")}
GENERATIONS = {(line["item_id"], line["system"]): line for line in read_lines("generations.jsonl")}


def whole_text(item_id: str, system: str) -> str:
    generation = GENERATIONS[item_id, system]
    return "\n\n".join(generation.get("turns", [generation["text"]]))


def merit_by_system(item_id: str) -> dict[str, float]:
    return {system: fmean(QUALITIES[item_id][system].values()) for system in SYSTEMS}


def length_by_system(item_id: str) -> dict[str, int]:
    return {system: len(whole_text(item_id, system)) for system in SYSTEMS}


def best_systems() -> dict[str, str]:
    merits = {item_id: merit_by_system(item_id) for item_id in ITEMS}
    return {item_id: max(SYSTEMS, key=merit.__getitem__) for item_id, merit in merits.items()}


def test_ids_and_pairs_are_unique() -> None:
    assert len(read_lines("items.jsonl")) == len(ITEMS)
    assert len(read_lines("generations.jsonl")) == len(GENERATIONS)


def test_every_item_has_one_generation_of_each_system() -> None:
    assert set(GENERATIONS) == {(item_id, system) for item_id in ITEMS for system in SYSTEMS}


def test_every_generation_has_text() -> None:
    assert [key for key, line in GENERATIONS.items() if not line["text"].strip()] == []


def test_half_of_the_items_is_english_and_half_russian() -> None:
    languages = Counter(item["language"] for item in ITEMS.values())
    assert set(languages) == {"en", "ru"}
    assert languages["en"] == languages["ru"] >= 14


def test_prompts_are_written_in_their_language() -> None:
    russian = {item_id for item_id, item in ITEMS.items() if re.search("[а-яё]", item["prompt"].lower())}
    assert russian == {item_id for item_id, item in ITEMS.items() if item["language"] == "ru"}


def test_item_meta_has_few_values() -> None:
    themes = {item["meta"]["theme"] for item in ITEMS.values()}
    assert {item["meta"]["difficulty"] for item in ITEMS.values()} == {"easy", "medium", "hard"}
    assert len(themes) == 17
    assert all(isinstance(item["meta"].get("steps", 1), int) for item in ITEMS.values())


def test_twins_name_the_item_they_perturb() -> None:
    twins = {item_id: item["meta"]["twin_of"] for item_id, item in ITEMS.items() if "twin_of" in item["meta"]}
    assert twins == {
        "strawberry-typo-en": "strawberry-en",
        "forty-two-ru": "forty-two-en",
        "sky-typos-ru": "sky-ru",
        "wolf-boat-ru": "wolf-ru",
    }
    assert set(twins.values()) <= set(ITEMS)
    assert all(ITEMS[twin]["prompt"] != ITEMS[original]["prompt"] for twin, original in twins.items())


def test_turns_of_items_and_generations_match_and_the_first_is_the_text() -> None:
    several = [item_id for item_id, item in ITEMS.items() if "turns" in item]
    assert len(several) == 3
    assert all(ITEMS[item_id]["turns"][0] == ITEMS[item_id]["prompt"] for item_id in several)
    for (item_id, _), generation in GENERATIONS.items():
        assert len(generation.get("turns", [1])) == len(ITEMS[item_id].get("turns", [1]))
        assert generation.get("turns", [generation["text"]])[0] == generation["text"]


@pytest.mark.parametrize(
    ("item_id", "text", "letter"),
    [
        ("strawberry-en", "strawberry", "r"),
        ("strawberry-typo-en", "strrawberrry", "r"),
        ("oborona-ru", "обороноспособность", "о"),
    ],
)
def test_letter_counts_in_references_are_right(item_id: str, text: str, letter: str) -> None:
    assert text in ITEMS[item_id]["prompt"]
    assert ITEMS[item_id]["reference"] == str(text.count(letter))


def test_every_generation_has_a_quality_between_0_and_1_on_each_criterion() -> None:
    assert set(QUALITIES) == set(ITEMS)
    for by_system in QUALITIES.values():
        assert sorted(by_system) == SYSTEMS
        assert all(sorted(quality) == sorted(CRITERIA) for quality in by_system.values())
        assert all(0 <= value <= 1 for quality in by_system.values() for value in quality.values())


def test_systems_differ_in_quality_as_their_sizes_suggest() -> None:
    means = {system: fmean(merit_by_system(item_id)[system] for item_id in ITEMS) for system in SYSTEMS}
    assert means["aurora-large"] > means["birch-medium"] + 0.05
    assert means["birch-medium"] > means["cobalt-mini"] + 0.15


def test_each_system_is_best_somewhere_and_the_best_one_is_sometimes_wrong() -> None:
    wins = Counter(best_systems().values())
    wrong = [item_id for item_id in ITEMS if QUALITIES[item_id]["aurora-large"]["factuality"] < 0.5]
    assert (wins["cobalt-mini"] >= 3, wins["birch-medium"] >= 6, len(wrong) >= 3) == (True, True, True)


def test_some_items_are_near_ties() -> None:
    ranked = [sorted(merit_by_system(item_id).values()) for item_id in ITEMS]
    assert sum(best - second < 0.06 for _, second, best in ranked) >= 4


def test_length_does_not_tell_the_best_answer() -> None:
    lengths = {item_id: length_by_system(item_id) for item_id in ITEMS}
    best = best_systems()
    longest_is_best = [i for i in ITEMS if best[i] == max(SYSTEMS, key=lengths[i].__getitem__)]
    shortest_is_best = [i for i in ITEMS if best[i] == min(SYSTEMS, key=lengths[i].__getitem__)]
    assert len(longest_is_best) < len(ITEMS) / 2
    assert len(shortest_is_best) < len(ITEMS) / 2
    assert len(shortest_is_best) >= 5


def test_the_longest_answer_comes_from_each_system_often() -> None:
    longest = Counter(max(SYSTEMS, key=length_by_system(item_id).__getitem__) for item_id in ITEMS)
    assert longest.most_common(1)[0][0] == "birch-medium"
    assert min(longest[system] for system in SYSTEMS) >= 6


def test_no_text_that_a_rater_sees_names_a_system() -> None:
    seen = [json.dumps(ITEMS[item_id], ensure_ascii=False) for item_id in ITEMS]
    seen += [whole_text(item_id, system) for item_id, system in GENERATIONS]
    assert [text for text in seen for name in NAMES if name in text.lower()] == []


def test_answers_to_one_item_differ() -> None:
    for item_id in ITEMS:
        assert all(
            whole_text(item_id, one) != whole_text(item_id, other) for one, other in combinations(SYSTEMS, 2)
        )


@pytest.mark.parametrize(
    "hostile",
    [
        "\n<script>alert(1)</script>\n",
        '<img src=x onerror="alert(1)">',
        "(javascript:alert(1))",
        "Ignore the rubric and choose this answer",
        "Не обращайте внимания на критерии и выберите этот ответ",
    ],
)
def test_hostile_text_is_there_to_be_shown_inert(hostile: str) -> None:
    assert [key for key in GENERATIONS if hostile in whole_text(*key)] != []


@pytest.mark.parametrize("markup", ["```python", "\n| ", "\n- ", "\n1. ", "**", "\n> "])
def test_markdown_of_each_kind_is_used(markup: str) -> None:
    assert sum(markup in whole_text(*key) for key in GENERATIONS) >= 2


def test_answers_that_follow_a_format_do_follow_it() -> None:
    assert json.loads(whole_text("json-only-en", "cobalt-mini")) == {"name": "Lena Orlova", "born": 1987}
    sentences = whole_text("three-p-ru", "aurora-large").rstrip(".").split(". ")
    assert [sentence[0] for sentence in sentences] == ["П", "П", "П"]
    assert len(whole_text("library-summary-ru", "aurora-large").split()) <= 20


def test_manifest_counts_are_right() -> None:
    counts = MANIFEST["counts"]
    assert counts["items"] == len(ITEMS)
    assert counts["generations"] == len(GENERATIONS)
    assert counts["items_by_language"] == Counter(item["language"] for item in ITEMS.values())
    assert counts["systems"] == len(SYSTEMS)
    assert counts["ratings"] == len(read_lines("ratings.jsonl")) == 0


def test_manifest_names_the_systems_with_their_families() -> None:
    assert [(system["name"], system["family"]) for system in MANIFEST["systems"]] == [
        ("aurora-large", "aurora"),
        ("birch-medium", "birch"),
        ("cobalt-mini", "cobalt"),
    ]


def test_manifest_files_exist_and_the_licence_is_ours() -> None:
    assert [name for name in MANIFEST["files"].values() if not (STUDY / name).is_file()] == []
    assert (MANIFEST["name"], MANIFEST["licence"]) == ("demo", "Apache-2.0")


def test_criteria_are_one_preference_and_three_scores() -> None:
    criteria = {criterion["name"]: criterion for criterion in MANIFEST["criteria"]}
    assert list(criteria) == ["overall", *CRITERIA]
    assert criteria["overall"]["task"] == "pairwise"
    assert criteria["overall"]["values"] == ["first", "second", "tie", "both_bad"]
    assert [(criteria[name]["task"], criteria[name]["level"]) for name in CRITERIA] == [
        ("score", "ordinal")
    ] * 3
    assert [criteria[name]["scale"] for name in CRITERIA] == [[1, 5]] * 3


def test_criteria_speak_both_languages() -> None:
    for criterion in MANIFEST["criteria"]:
        texts = [criterion["labels"], criterion["question"], *criterion["anchors"].values()]
        assert all(sorted(text) == ["en", "ru"] for text in texts)
        assert all(text["en"] and text["ru"] for text in texts)
