"""MT-bench: votes of people, merged verdicts of GPT-4, and six more judges on 120 units."""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from evalplatform.agreement import (
    RatingTable,
    Ties,
    agreement_between,
    agreement_with_plurality,
    inconsistency_rate,
    orient_verdict,
    percent_agreement,
    take_plurality,
    value_rate,
)
from evalplatform.agreement.against_people import alt_test
from evalplatform.agreement.bias import longer_preference_rate, self_preference
from evalplatform.agreement.ranking import Comparisons, bradley_terry, win_rates
from tests.published.expected.people import describe_people
from tests.published.expected.study import Figures, Line, Study
from tests.published.expected.study import make_table as make_plain_table

JUDGE = "gpt-4"
LEAST_UNITS = 30
WEAKEST = "llama-13b"
Systems = dict[tuple[object, ...], tuple[str, str]]


class MtBench:
    """The tables of the study."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.lines = [line for line in study.ratings if "subset" not in line["meta"]]
        self.people = sorted({line["rater"] for line in study.people})
        self.experts = sorted(
            {line["rater"] for line in study.people if line["meta"].get("group") == "expert"}
        )

    @cached_property
    def table(self) -> RatingTable:
        return make_table(self.lines)

    @cached_property
    def systems(self) -> Systems:
        return {unit: unit[1:3] for unit in make_table(self.study.ratings).units.tolist()}

    @cached_property
    def matched(self) -> RatingTable:
        """Ratings of units that the judge and somebody else rated."""
        rated = [set(self.table.subset(raters=group).unit.tolist()) for group in ([JUDGE], self.people)]
        units = np.isin(np.arange(len(self.table.units)), sorted(rated[0] & rated[1]))
        return self.table.subset(units=units)


def make_table(lines: Sequence[Line]) -> RatingTable:
    records = []
    for line in lines:
        verdict = "inconsistent" if line["meta"].get("verdict") == "tie (inconsistent)" else line["value"]
        systems, value = orient_verdict(line["systems"], verdict)
        records.append(
            {
                "unit": (line["item_id"], *systems, line["turn"]),
                "rater": line["rater"],
                "value": value,
                "cluster": line["item_id"],
                "stratum": line["turn"],
            }
        )
    return RatingTable.from_records(records, level="nominal", kinds={JUDGE: "fixed"})


def work_out(study: Study) -> Figures:
    bench = MtBench(study)
    yield from by_turn(bench)
    for name, group in (("experts", bench.experts), ("all_humans", bench.people)):
        table = bench.table.subset(raters=group)
        yield from describe_people(name, table, "krippendorff_alpha_nominal", "pairwise_agreement")
        yield from against_plurality(bench, name, group)
    yield from rates(bench)
    yield from systems_of(bench)
    yield from matched_systems(bench)
    yield from other_judges(bench)
    yield from leanings(bench)


def by_turn(bench: MtBench) -> Figures:
    all_ties: tuple[Ties, ...] = ("with", "without")
    for turn in (1, 2):
        table = bench.table.subset(stratum=turn)
        for ties in all_ties:
            experts = percent_agreement(table.subset(raters=bench.experts), ties=ties, inference=None)
            yield f"turn{turn}.{ties}_ties.expert_expert_agreement", experts
            judge = agreement_between(table, JUDGE, bench.experts, rule="tie", ties=ties, inference=None)
            yield f"turn{turn}.{ties}_ties.gpt4_expert_agreement", judge


def against_plurality(bench: MtBench, name: str, group: Sequence[str]) -> Figures:
    every: tuple[tuple[Ties, str], ...] = (("with", ""), ("without", "no_ties."))
    for ties, part in every:
        for statistic in ("agreement", "cohen_kappa"):
            found = agreement_with_plurality(
                bench.table,
                JUDGE,
                group,
                rule="tie",
                ties=ties,
                tie_value="tie",
                statistic=statistic,
                inference=None,
            )
            yield f"{name}.gpt4_vs_majority.{part}{statistic}", found


def rates(bench: MtBench) -> Figures:
    yield "gpt4.inconsistent_rate", inconsistency_rate(bench.table, JUDGE, inference=None)
    yield "gpt4.inconsistent_rate_matched", inconsistency_rate(bench.matched, JUDGE, inference=None)
    judge, people = bench.table.subset(raters=[JUDGE]), bench.table.subset(raters=bench.people)
    yield "gpt4.tie_rate_all", value_rate(judge, {"tie"}, rule="tie", inference=None)
    yield "humans.tie_rate", value_rate(people, {"tie"}, inference=None)


def systems_of(bench: MtBench) -> Figures:
    for name, group in (("humans", bench.people), ("gpt4", [JUDGE])):
        table = bench.table.subset(raters=group)
        for system, rate in win_rates(table, bench.systems, inference=None).items():
            yield f"{name}.win_rate.{system}", rate
        decided = table.drop_values({"tie", "inconsistent"}, reason="tie")
        won = Comparisons.from_table(decided, bench.systems)
        strengths = bradley_terry(won, reference=WEAKEST, inference=None).strengths
        yield from (
            (f"{name}.bradley_terry.{each}", strengths[each]) for each in strengths if each != WEAKEST
        )


def matched_systems(bench: MtBench) -> Figures:
    judge = win_rates(bench.matched.subset(raters=[JUDGE]), bench.systems, inference=None)
    people = bench.matched.subset(raters=bench.people)
    plurality = win_rates(take_plurality(people, tie_value="tie"), bench.systems, inference=None)
    for system, rate in judge.items():
        yield f"matched.gpt4.win_rate.{system}", rate
        yield f"matched.humans_majority.win_rate.{system}", plurality[system]


def other_judges(bench: MtBench) -> Figures:
    lines = bench.study.ratings
    for judge in sorted({line["rater"] for line in lines if "subset" in line["meta"]}):
        table = make_table([line for line in lines if line["rater"] in {judge, *bench.people}])
        yield (
            f"alt_sample.{judge}.human_agreement",
            agreement_between(table, judge, bench.people, inference=None),
        )
        once = make_table(take_last(lines, judge))
        found = alt_test(once, judge, sorted(set(once.raters) - {judge}), epsilon=0.2)
        yield f"alt_test.{judge}.winning_rate", found.winning_rate
        yield f"alt_test.{judge}.advantage_probability", found.advantage


def take_last(lines: Sequence[Line], judge: str) -> list[Line]:
    """The judge, and people with units enough, on the units that the judge rated; the last of two votes."""
    held: dict[tuple[object, ...], Line] = {}
    for line in lines:
        if line["rater_kind"] == "human" or line["rater"] == judge:
            held[line["item_id"], line["turn"], *sorted(line["systems"]), line["rater"]] = line
    rated = {key[:-1] for key in held if key[-1] == judge}
    sample = {key: line for key, line in held.items() if key[:-1] in rated}
    units = Counter(key[-1] for key in sample)
    return [line for key, line in sample.items() if units[key[-1]] >= LEAST_UNITS]


def leanings(bench: MtBench) -> Figures:
    units = bench.table.units.tolist()
    lengths = {unit: bench.study.count_both(unit[0], unit[1:3], unit[3]) for unit in units}
    for name, group in (("gpt4", [JUDGE]), ("humans", bench.people)):
        found = longer_preference_rate(bench.table, lengths, raters=group, gap=0, inference=None)
        yield f"{name}.prefers_longer", found
    own = self_preference(bench.table, JUDGE, bench.people, bench.systems, {JUDGE: JUDGE}, inference=None)
    yield "gpt4.self_preference_gap_matched", own.unadjusted["win_rate_gap"]
    rates = [
        win_rates(bench.table.subset(raters=group), bench.systems, inference=None)[JUDGE].estimate or 0
        for group in ([JUDGE], bench.people)
    ]
    yield "gpt4.self_preference_gap", rates[0] - rates[1]
    decided = [line for line in bench.study.people if line["value"] in ("first", "second")]
    first = make_plain_table(decided, level="nominal", unit=("turn",))
    yield "humans.first_position_rate", value_rate(first, {"first"}, inference=None)
