"""TTCW: fourteen tests of creativity, three experts a story, seven judges."""

from evalplatform.agreement import (
    RatingTable,
    agreement_between,
    agreement_with_plurality,
    take_plurality,
    value_rate,
)
from evalplatform.agreement.against_people import balanced_accuracy
from tests.published.expected.people import describe_people
from tests.published.expected.study import Figures, Line, Study, make_table

Unit = tuple[str, ...]  # item, system, criterion
OF_PEOPLE = ("krippendorff_alpha_nominal", "pairwise_agreement", "fleiss_kappa", "gwet_ac1")


def work_out(study: Study) -> Figures:
    for criterion in study.criteria:
        lines = [line for line in study.people if line["criterion"] == criterion]
        yield from describe_people(criterion, make_table(lines, level="nominal"), *OF_PEOPLE)
    experts = make_table(study.people, level="nominal")
    yield from describe_people("all_tests", experts, *OF_PEOPLE)
    everybody = make_table(study.ratings, level="nominal")
    majority = dict(zip(*read_plurality(experts), strict=True))
    for judge in study.judges:
        yield from compare(judge, everybody, experts.raters)
        given = {key(line): line["value"] for line in study.ratings if line["rater"] == judge}
        found = [given.get(unit) for unit in majority]
        accuracy = balanced_accuracy(found, list(majority.values()), missing_as="No", inference=None)
        yield f"{judge}.balanced_accuracy", accuracy
    for system in sorted({line["systems"][0] for line in study.people}):
        lines = [line for line in study.people if line["systems"] == [system]]
        yield f"pass_rate.{system}", value_rate(make_table(lines, level="nominal"), {"Yes"}, inference=None)


def key(line: Line) -> Unit:
    return (line["item_id"], *line["systems"], line["criterion"])


def read_plurality(experts: RatingTable) -> tuple[list[Unit], list[str]]:
    """Units, and what most experts say; of three there is always a majority between two labels."""
    held = take_plurality(experts, tie_value="no majority")
    return [held.units[unit] for unit in held.unit], [str(held.categories[value]) for value in held.value]


def compare(judge: str, everybody: RatingTable, experts: tuple[str, ...]) -> Figures:
    yield f"{judge}.human_agreement", agreement_between(everybody, judge, experts, inference=None)
    kappa = agreement_with_plurality(everybody, judge, experts, statistic="cohen_kappa", inference=None)
    yield f"{judge}.cohen_kappa_vs_majority", kappa
