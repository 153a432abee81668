"""TTCW: fourteen tests of creativity, three experts a story, seven judges."""

from evalplatform.agreement import (
    RatingTable,
    agreement_between,
    agreement_with_plurality,
    value_rate,
)
from evalplatform.agreement.against_people import balanced_accuracy
from tests.published.expected.people import describe_people
from tests.published.expected.study import Figures, Line, Study, make_table

OF_PEOPLE = ("krippendorff_alpha_nominal", "pairwise_agreement", "fleiss_kappa", "gwet_ac1")


def work_out(study: Study) -> Figures:
    for criterion in study.criteria:
        lines = [line for line in study.people if line["criterion"] == criterion]
        yield from describe_people(criterion, make_table(lines, level="nominal"), *OF_PEOPLE)
    experts = make_table(study.people, level="nominal")
    yield from describe_people("all_tests", experts, *OF_PEOPLE)
    everybody = make_table(study.ratings, level="nominal")
    answered = make_table(answer_all(study), level="nominal")
    for judge in study.judges:
        yield from compare(judge, everybody, experts.raters)
        accuracy = balanced_accuracy(answered, judge, experts.raters, inference=None)
        yield f"{judge}.balanced_accuracy", accuracy
    for system in sorted({line["systems"][0] for line in study.people}):
        lines = [line for line in study.people if line["systems"] == [system]]
        yield f"pass_rate.{system}", value_rate(make_table(lines, level="nominal"), {"Yes"}, inference=None)


def answer_all(study: Study) -> list[Line]:
    """All ratings; a judge's missing answer counts as No, as the authors have it."""
    tests = {(line["item_id"], line["systems"][0], line["criterion"]): line for line in study.people}
    given = {(key(line), line["rater"]): line for line in study.ratings if line["rater_kind"] == "llm"}
    answered = list(study.people)
    for judge in study.judges:
        for test, line in tests.items():
            value = given.get((test, judge), {}).get("value") or "No"
            answered.append({**line, "rater": judge, "value": value})
    return answered


def key(line: Line) -> tuple[str, str, str]:
    return line["item_id"], line["systems"][0], line["criterion"]


def compare(judge: str, everybody: RatingTable, experts: tuple[str, ...]) -> Figures:
    yield f"{judge}.human_agreement", agreement_between(everybody, judge, experts, inference=None)
    kappa = agreement_with_plurality(everybody, judge, experts, statistic="cohen_kappa", inference=None)
    yield f"{judge}.cohen_kappa_vs_majority", kappa
