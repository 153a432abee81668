from annotations.models import Origin, RaterKind
from annotations.queries.rater_groups import RaterRow, is_of_persons, is_simulated, list_rater_groups


def make(name: str, kind: str = RaterKind.PERSON, origin: str = Origin.LIVE, group: str = "") -> RaterRow:
    return RaterRow(1, kind, origin, name, group, False, "")


def test_people_are_live_and_imported_persons_of_any_group() -> None:
    ann, bob = make("ann", group="expert"), make("bob", origin=Origin.IMPORTED)
    assert list_rater_groups([ann, bob]) == {"people": [ann, bob], "people:expert": [ann]}


def test_a_simulated_rater_is_in_no_set_of_people_whatever_its_group_is_called() -> None:
    for kind in RaterKind:
        for group in ("", "people", "expert"):
            names = make("sim", kind=kind, origin=Origin.SIMULATED, group=group).groups
            assert names
            assert all(is_simulated(name) and not name.startswith("people") for name in names)


def test_judges_metrics_and_references_stand_each_by_itself() -> None:
    raters = [
        make("gpt-4", RaterKind.JUDGE),
        make("longest", RaterKind.METRIC),
        make("gold", RaterKind.REFERENCE),
    ]
    assert list(list_rater_groups(raters)) == ["judge:gpt-4", "metric:longest", "reference:gold"]


def test_a_judge_and_a_person_may_share_a_name() -> None:
    assert make("gpt-4").key != make("gpt-4", RaterKind.JUDGE).key


def test_sets_of_persons_are_told_from_the_rest() -> None:
    names = ("people", "people:expert", "simulated", "simulated:crowd", "judge:people", "simulated-judge:x")
    assert [is_of_persons(name) for name in names] == [True, True, True, True, False, False]
