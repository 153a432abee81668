import pytest

from evalplatform.agreement import PREFERENCES, RatingTable, apply_rule, orient_verdict


def test_a_verdict_is_turned_with_its_systems() -> None:
    assert orient_verdict(["a", "b"], "first") == (("a", "b"), "first")
    assert orient_verdict(["b", "a"], "first") == (("a", "b"), "second")
    assert orient_verdict(["b", "a"], "second") == (("a", "b"), "first")
    assert orient_verdict(["b", "a"], "both_good") == (("a", "b"), "both_good")
    assert orient_verdict(["b", "B"], "first") == (("B", "b"), "second")


@pytest.fixture
def table() -> RatingTable:
    rows = [(place, "judge", value) for place, value in enumerate(PREFERENCES)]
    return RatingTable.from_records(rows, level="nominal")


def values(table: RatingTable) -> list[object]:
    return [table.categories[code] for code in table.value]


def test_rules_make_of_an_inconsistent_verdict_what_they_say(table: RatingTable) -> None:
    assert values(apply_rule(table, "tie")) == ["first", "second", "tie", "tie", "tie", "tie"]
    dropped = apply_rule(table, "dropped")
    assert values(dropped) == ["first", "second", "tie", "tie", "tie"]
    assert dict(dropped.excluded) == {"inconsistent": 1}
    disagree = apply_rule(table, "disagree")
    assert values(disagree) == ["first", "second", "tie", "tie", "tie", "inconsistent"]
    assert disagree.unmatched == {"inconsistent"}
    assert apply_rule(table, None) is table
