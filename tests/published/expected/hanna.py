"""HANNA: six criteria, three crowd slots, five judges with four prompts each."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from evalplatform.agreement import kendall_tau_b, spearman_rho
from evalplatform.agreement.against_people import numbers_against_people
from tests.published.expected.people import describe_people
from tests.published.expected.study import Figures, Line, Study, make_table

Unit = tuple[str, str]  # item and system
Means = Mapping[Unit, float]
OF_PEOPLE = (
    "krippendorff_alpha_nominal",
    "krippendorff_alpha_ordinal",
    "krippendorff_alpha_interval",
    "pairwise_agreement",
    "fleiss_kappa",
    "gwet_ac2_ordinal",
    "icc1",
    "icc1k",
)


def work_out(study: Study) -> Figures:
    for criterion in study.criteria:
        lines = [line for line in study.ratings if line["criterion"] == criterion]
        people = [line for line in lines if line["rater_kind"] == "human"]
        yield from describe_people(criterion, make_table(people, level="ordinal", kind="slot"), *OF_PEOPLE)
        given: dict[str, list[Line]] = defaultdict(list)
        for line in lines:
            given[line["rater"]].append(line)
        crowd = average(people)
        everybody = make_table(lines, level="interval")
        slots = sorted({line["rater"] for line in people})
        for judge in study.judges:
            found = numbers_against_people(everybody, judge, slots, "pearson", inference=None)
            yield f"{judge}.{criterion}.pearson", found
            yield from compare(f"{judge}.{criterion}", average(given[judge]), crowd)


def compare(name: str, judge: Means, people: Means) -> Figures:
    units = sorted(set(judge) & set(people))
    columns = [[means[unit] for unit in units] for means in (judge, people)]
    yield f"{name}.spearman", spearman_rho(*columns, inference=None)
    yield f"{name}.kendall_tau_b", kendall_tau_b(*columns, inference=None)
    systems = sorted({system for _, system in units})
    by_system = [
        [float(np.mean([means[unit] for unit in units if unit[1] == system])) for system in systems]
        for means in (judge, people)
    ]
    yield f"{name}.system_kendall_tau_b", kendall_tau_b(*by_system, inference=None)


def average(lines: list[Line]) -> Means:
    """Mean of the values of each output."""
    held: dict[Unit, list[float]] = defaultdict(list)
    for line in lines:
        if line["value"] is not None:
            held[line["item_id"], line["systems"][0]].append(line["value"])
    return {unit: float(np.mean(values)) for unit, values in held.items()}
