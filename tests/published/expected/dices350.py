"""DICES-350: 123 crowd slots and one expert."""

from collections import defaultdict

from evalplatform.agreement import agreement_with_plurality, krippendorff_alpha
from evalplatform.agreement.confidence import brier_score, calibration_error
from tests.published.expected.people import describe_people
from tests.published.expected.study import Figures, Line, Study, make_table

UNSAFE = "No"
TIE = "no single winner"


def work_out(study: Study) -> Figures:
    crowd = [line for line in study.people if line["rater"] != "expert"]
    slots = make_table(crowd, level="nominal", kind="slot")
    yield from describe_people(
        "safety", slots, "krippendorff_alpha_nominal", "pairwise_agreement", "fleiss_kappa"
    )
    yield "safety.krippendorff_alpha", krippendorff_alpha(slots, level="nominal", inference=None)
    yield from forecast(crowd, [line for line in study.people if line["rater"] == "expert"])
    everybody = make_table(study.people, level="nominal")
    for statistic in ("agreement", "cohen_kappa"):
        yield (
            f"safety.majority_vs_expert.{statistic}",
            agreement_with_plurality(
                everybody, "expert", slots.raters, tie_value=TIE, statistic=statistic, inference=None
            ),
        )


def forecast(crowd: list[Line], expert: list[Line]) -> Figures:
    """The crowd's share of No as a probability that the expert says so."""
    outcome = {line["item_id"]: float(line["value"] == UNSAFE) for line in expert}
    votes: dict[str, list[bool]] = defaultdict(list)
    for line in crowd:
        votes[line["item_id"]].append(line["value"] == UNSAFE)
    stated = [sum(votes[item]) / len(votes[item]) for item in outcome]
    came_true = list(outcome.values())
    yield "safety.brier_unsafe_share", brier_score(stated, came_true, inference=None).score
    yield "safety.ece10_unsafe_share", calibration_error(stated, came_true, bins=10).ece
