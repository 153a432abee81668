"""The study of planted faults: the faulty rater is found, nobody else is, and the table says how sure that is."""

from benchmarks.cards.study import Row, study, write_table
from benchmarks.cards.worlds import FAULTS


def test_full_faults_are_found_and_honest_raters_are_not_named() -> None:
    chosen = [fault for fault in FAULTS if fault.name in ("always the first shown", "lenient")]
    rows = [row for row in study(2, chosen) if row.strength == 1]
    assert [(row.fault, row.found, row.honest) for row in rows] == [
        ("always the first shown", 1.0, 0.0),
        ("lenient", 1.0, 0.0),
    ]


def test_where_nobody_has_a_fault_hardly_anybody_is_named() -> None:
    """The promise is 1 in 20; so few studies of 12 name anybody, found once with seeds that are fixed."""
    (row,) = study(12, [fault for fault in FAULTS if fault.name == "none"])
    assert (row.found, row.any_sign, row.studies) == (0.0, 0.0, 12)
    assert row.honest <= 1 / 12


def test_an_improving_rater_does_not_make_honest_ones_drift() -> None:
    (row,) = [row for row in study(6, [f for f in FAULTS if f.name == "improving"]) if row.strength == 1]
    assert row.honest == 0.0


def test_a_study_is_the_same_every_time() -> None:
    chosen = [fault for fault in FAULTS if fault.name == "none"]
    assert list(study(1, chosen)) == list(study(1, chosen))


def test_the_table_gives_every_share_its_error() -> None:
    row = Row(fault="spammer", strength=0.5, found=0.5, any_sign=1.0, honest=0.0, studies=100)
    assert list(write_table([row]))[2] == (
        "| spammer | 0.5 | 0.500 ± 0.050 | 1.000 ± 0.000 | 0.000 ± 0.000 |"
    )
