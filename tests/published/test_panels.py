"""Panels and cascades made of recorded verdicts on LLMBar and MT-bench: what they are worth, without a call."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from scipy.stats import binomtest

from evalplatform.agreement import Estimate, orient_verdict
from evalplatform.agreement.arrays import FloatArray
from evalplatform.agreement.panels import (
    PanelAdvantage,
    Stage,
    compare_with_best,
    effective_judges,
    plan_cascade,
    route_cases,
)
from tests.published.expected.study import Line, Study

STUDIES = Path(settings.EVALPLATFORM_STUDIES)
SIDES = {"first": 1.0, "second": 0.0}  # all else is a vote for neither
FIVE = tuple(f"{model}/Vanilla" for model in ("GPT-4", "PaLM2", "ChatGPT", "LLaMA2", "Falcon"))
PROMPTS = ("Vanilla", "CoT", "Vanilla_NoRules")
SEVEN = ("gemini_flash", "gemini_pro", "gpt-4o", "gpt-4o-mini", "llama-31", "mistral-v03", "gpt-4")
CHEAP_FOUR = ("gemini_flash", "gpt-4o-mini", "llama-31", "mistral-v03")
Votes = dict[str, dict[str, list[float]]]  # by judge and item, in each order that was asked
Unit = tuple[str, tuple[str, str], int]

pytestmark = [
    pytest.mark.published,
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("panels"),
    pytest.mark.skipif(
        not STUDIES.is_dir(), reason="the real data sets are not here: set EVALPLATFORM_STUDIES"
    ),
]


def read_side(line: Line) -> float:
    return SIDES.get(orient_verdict(line["systems"], line["value"])[1], 0.5)


@cache
def read_llmbar() -> tuple[list[str], FloatArray, Votes]:
    """Items, the side that is right, and every judge's votes; a reply that could not be read is no vote."""
    gold: dict[str, float] = {}
    votes: Votes = defaultdict(lambda: defaultdict(list))
    for line in Study(STUDIES / "llmbar").ratings:
        if line["rater_kind"] == "gold":
            gold[line["item_id"]] = read_side(line)
        elif line["value"] is not None:
            votes[line["rater"]][line["item_id"]].append(read_side(line))
    items = sorted(gold)
    return items, np.array([gold[item] for item in items]), votes


def average(votes: Votes, judges: Sequence[str], items: Sequence[str]) -> FloatArray:
    """Mean vote of each judge on each item, NaN where there is none, (items, judges)."""
    held = [[votes[judge][item] for judge in judges] for item in items]
    return np.array([[np.mean(given) if given else np.nan for given in row] for row in held])


@cache
def compare_five(*, weighted: bool, signed: bool) -> PanelAdvantage:
    """The panel of five beside the best of them, 50 of the 419 pairs being labelled, 200 times."""
    items, right, votes = read_llmbar()
    return compare_with_best(
        average(votes, FIVE, items), right, labelled=50, draws=200, weighted=weighted, signed=signed
    )


def shorten(figure: Estimate, digits: int = 3) -> tuple[float, float, float]:
    assert figure.estimate is not None
    assert figure.low is not None
    assert figure.high is not None
    return round(figure.estimate, digits), round(figure.low, digits), round(figure.high, digits)


def read_figures(found: PanelAdvantage) -> list[tuple[float, float, float]]:
    figures = (found.panel, found.best, found.difference)
    return [shorten(figure) for figure in figures]


def test_a_panel_that_may_count_against_its_members_is_right_in_85_of_100_and_beats_the_best() -> None:
    found = compare_five(weighted=True, signed=True)
    assert read_figures(found) == [(0.861, 0.828, 0.892), (0.844, 0.812, 0.878), (0.017, 0.006, 0.028)]
    assert found.panel.estimate is not None
    assert found.panel.estimate >= 0.85
    assert found.helps


def test_a_panel_whose_weights_are_above_zero_is_as_good_as_the_best_and_says_so() -> None:
    found = compare_five(weighted=True, signed=False)
    assert read_figures(found) == [(0.845, 0.808, 0.879), (0.844, 0.812, 0.878), (0.001, -0.01, 0.01)]
    assert not found.helps


def test_an_equal_vote_with_four_weak_judges_is_far_worse_than_the_best_alone() -> None:
    found = compare_five(weighted=False, signed=False)
    assert read_figures(found) == [(0.634, 0.59, 0.678), (0.844, 0.812, 0.878), (-0.21, -0.245, -0.173)]
    assert found.picked[0] == 0.995


def test_five_judges_of_llmbar_are_worth_less_than_one_and_a_half() -> None:
    items, right, votes = read_llmbar()
    found = effective_judges(average(votes, FIVE, items), right)
    assert shorten(found, 2) == (1.40, 1.35, 1.45)


@cache
def ask_six_times(model: str) -> tuple[FloatArray, FloatArray]:
    """Confidence of a model that is asked in three ways and both orders (the share of its votes), and whether it is
    right; NaN for no majority."""
    items, right, votes = read_llmbar()
    pooled = [[side for prompt in PROMPTS for side in votes[f"{model}/{prompt}"][item]] for item in items]
    sides = np.array([np.mean(given) if given else 0.5 for given in pooled])
    sure = np.where(sides == 0.5, np.nan, np.maximum(sides, 1 - sides))
    return sure, ((sides > 0.5) == (right > 0.5)).astype(np.float64)


def replay_cascade(models: Sequence[str], *, bound: float, seed: int) -> list[tuple[int, int]]:
    """Disagreements and verdicts kept by each judge on the half of LLMBar that its threshold was not chosen on."""
    judges = [ask_six_times(model) for model in models]
    cases = len(judges[0][0])
    chosen = np.random.default_rng(seed).permutation(cases) < cases // 2
    stages = [Stage(confidences=sure[chosen], correct=correct[chosen]) for sure, correct in judges]
    found = plan_cascade(stages, bound=bound, seed=seed)
    routes = route_cases(found.thresholds, [sure[~chosen] for sure, _ in judges])
    return [
        (int((1 - correct[~chosen])[routes == place].sum()), int((routes == place).sum()))
        for place, (_, correct) in enumerate(judges)
    ]


def break_promise(disagreements: int, kept: int, bound: float) -> bool:
    """Whether an exact test at .05 says that more than the bound are wrong."""
    return kept > 0 and binomtest(disagreements, kept, bound, alternative="greater").pvalue < 0.05


@pytest.mark.parametrize(
    ("bound", "kept"), [(0.1, [(0, 0), (0, 0)]), (0.2, [(0, 0), (18, 166)]), (0.3, [(0, 0), (33, 201)])]
)
def test_on_held_out_pairs_of_llmbar_the_cascade_keeps_its_promise(
    bound: float, kept: list[tuple[int, int]]
) -> None:
    """PaLM2 may never decide alone; GPT-4 may, on most pairs, where one in five may be wrong."""
    found = replay_cascade(["PaLM2", "GPT-4"], bound=bound, seed=0)
    assert found == kept
    assert not any(break_promise(*stage, bound) for stage in found)


def test_over_200_splits_of_llmbar_held_out_rates_lie_above_the_bound_no_more_often_than_promised() -> None:
    found = [replay_cascade(["PaLM2", "GPT-4"], bound=0.2, seed=seed) for seed in range(200)]
    assert (
        sum(wrong > 0.2 * kept for stages in found for wrong, kept in stages) == 7
    )  # of 20 that delta allows
    assert sum(break_promise(*stage, 0.2) for stages in found for stage in stages) == 1


@cache
def read_mt_bench() -> tuple[list[Unit], FloatArray, dict[tuple[Unit, str], float]]:
    """Pairs with a plurality of people's votes, that plurality, and the judges' votes."""
    people: dict[Unit, Counter[float]] = defaultdict(Counter)
    said: dict[tuple[Unit, str], float] = {}
    for line in Study(STUDIES / "mt-bench").ratings:
        systems = orient_verdict(line["systems"], "tie")[0]
        unit = (line["item_id"], systems, line["turn"])
        if line["rater_kind"] == "human":
            people[unit][read_side(line)] += 1
        else:
            said[unit, line["rater"]] = read_side(line)
    plurality = {}
    for unit, votes in people.items():
        (side, most), *others = votes.most_common()
        if not others or others[0][1] < most:
            plurality[unit] = side
    units = sorted(plurality)
    return units, np.array([plurality[unit] for unit in units]), said


def compare_on_mt_bench(judges: Sequence[str], *, weighted: bool) -> tuple[PanelAdvantage, float]:
    """The advantage of a panel over the 103 pairs that all seven judged and people decided, with 30 of their 42
    questions labelled; and how many judges it is worth."""
    units, right, said = read_mt_bench()
    held = [place for place, unit in enumerate(units) if all((unit, judge) in said for judge in SEVEN)]
    votes = [[said[units[place], judge] for judge in judges] for place in held]
    questions = [units[place][0] for place in held]
    found = compare_with_best(
        votes, right[held], labelled=30, draws=200, weighted=weighted, clusters=questions
    )
    worth = effective_judges(votes, right[held], clusters=questions, inference=None).estimate
    return found, round(worth or 0, 2)


@pytest.mark.parametrize(
    ("judges", "weighted", "difference", "worth"),
    [
        (SEVEN, False, (-0.058, -0.134, 0.017), 1.85),
        (SEVEN, True, (-0.071, -0.136, -0.006), 1.85),
        (SEVEN[:6], False, (-0.02, -0.077, 0.037), 1.78),
        (CHEAP_FOUR, False, (0.017, -0.027, 0.061), 1.6),
    ],
)
def test_no_panel_of_mt_bench_beats_its_best_judge_and_each_says_so(
    judges: Sequence[str], weighted: bool, difference: tuple[float, float, float], worth: float
) -> None:
    found, effective = compare_on_mt_bench(judges, weighted=weighted)
    assert read_figures(found)[2] == difference
    assert effective == worth
    assert not found.helps


def test_on_mt_bench_gpt_4_may_not_decide_alone_where_one_in_five_may_be_wrong() -> None:
    """One pair a question, so that they are independent; it is sure of what it decided, and not of its ties."""
    units, right, said = read_mt_bench()
    rng = np.random.default_rng(0)
    first = {
        units[place][0]: place
        for place in rng.permutation(len(units)).tolist()
        if (units[place], "gpt-4") in said
    }
    held = sorted(first.values())
    votes = np.array([said[units[place], "gpt-4"] for place in held])
    stage = Stage(confidences=np.where(votes == 0.5, 0.5, 1.0), correct=(votes == right[held]).astype(float))
    found = plan_cascade([stage], bound=0.2)
    assert (len(held), found.undefined, found.left) == (80, "too_few_agreements", 1.0)
