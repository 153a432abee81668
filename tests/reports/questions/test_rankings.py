"""A study of rankings gives the figures of the same study written out as pairs."""

from itertools import combinations, pairwise
from random import Random

import numpy as np
import pytest
from django.core.cache import cache
from scipy import stats

from annotations.models import Presentation, Project, Rater, RaterKind
from annotations.queries.rating_table import build_rating_table
from evalplatform.reports.rows import Row
from evalplatform.reports.snapshots.snapshot import Wanted, take_snapshot
from tests.factories.ledger import (
    make_generation,
    make_item,
    make_pair_rubric,
    make_project,
    make_ranking_rubric,
    make_system,
    make_task,
)
from tests.factories.ratings import make_rater, rate

pytestmark = [pytest.mark.database, pytest.mark.one_database]
NAMES = ("alpha", "beta", "gamma", "delta")
ITEMS = 8


def draw_ranking(draw: Random, size: int) -> str:
    """A ranking that leans to the answers' order, with ties."""
    noted = [(place + draw.choice((-2, 0, 0, 1, 2)), place + 1) for place in range(size)]
    noted.sort()
    text = str(noted[0][1])
    for (before, _), (value, number) in pairwise(noted):
        text += f"{'=' if value == before else '>'}{number}"
    return text


def read_places(text: str) -> dict[int, int]:
    """The group of each answer, by hand and not by the code under test."""
    return {int(number): place for place, group in enumerate(text.split(">")) for number in group.split("=")}


def make_raters(project: Project) -> list[Rater]:
    people = [make_rater(project, name) for name in ("ann", "bob", "cleo", "dora", "eve")]
    return [*people, make_rater(project, "gpt", RaterKind.JUDGE)]


def make_both() -> tuple[Project, Project]:
    """The same answers of the same raters, as rankings and as pairs."""
    draw = Random(4)
    ranked, paired = make_project(), make_project()
    rubrics = make_ranking_rubric(ranked, key="quality"), make_pair_rubric(paired, key="quality")
    systems = [[make_system(project, name) for name in NAMES] for project in (ranked, paired)]
    raters = make_raters(ranked), make_raters(paired)
    for number in range(ITEMS):
        size = 3 + number % 2
        items = [make_item(project, key=f"item-{number}") for project in (ranked, paired)]
        answers = [
            [
                make_generation(item, system, f"{system.name} {'long ' * place}")
                for place, system in enumerate(own[:size])
            ]
            for item, own in zip(items, systems, strict=True)
        ]
        canonical = sorted(range(size), key=lambda place: NAMES[place])
        whole = make_task(items[0], rubrics[0], answers[0])
        tasks = {
            (one, other): make_task(
                items[1], rubrics[1], [answers[1][canonical[one]], answers[1][canonical[other]]]
            )
            for one, other in combinations(range(size), 2)
        }
        for of_ranked, of_paired in zip(*raters, strict=True):
            if draw.random() < 0.15:
                continue
            text = draw_ranking(draw, size)
            rate(whole, of_ranked, text)
            places = read_places(text)
            for (one, other), task in tasks.items():
                lead = places[other + 1] - places[one + 1]
                rate(task, of_paired, "tie" if lead == 0 else "first" if lead > 0 else "second")
    return ranked, paired


def report(project: Project) -> tuple[Row, ...]:
    cache.clear()
    return take_snapshot(project=project, wanted=Wanted(is_full=True)).rows


def test_every_figure_is_that_of_the_pairs_in_it() -> None:
    ranked, paired = make_both()
    of_rankings = {row.id: row for row in report(ranked)}
    of_pairs = {row.id: row for row in report(paired)}

    own = {of_rankings[name].statistic for name in of_rankings if name not in of_pairs}
    assert own == {"kendall_w_of_rankings", "kendall_tau_b_of_rankings"}
    assert of_pairs.keys() <= of_rankings.keys()
    assert len(of_pairs) > 100
    for name, wanted in of_pairs.items():
        assert of_rankings[name].to_dict() == wanted.to_dict(), name


def test_pairs_of_one_ranking_are_one_item_where_items_are_drawn() -> None:
    ranked, _ = make_both()
    table = build_rating_table(project=ranked, criterion="overall", raters=["people"])
    assert len(table.clusters) == ITEMS
    assert len(table.units) == 4 * 3 + 4 * 6


def test_the_place_of_both_answers_of_a_pair_is_that_in_the_ranking() -> None:
    project = make_project()
    systems = [make_system(project, name) for name in sorted(NAMES[:3])]
    item = make_item(project)
    task = make_task(
        item, make_ranking_rubric(project), [make_generation(item, system) for system in systems]
    )
    rate(task, make_rater(project, "ann"), "1>2>3", order="2,0,1", presentation=Presentation.SHOWN)
    table = build_rating_table(project=project, criterion="overall")
    assert table.presentation is not None
    shown = dict(zip([str(table.units[unit])[-12:] for unit in table.unit], table.presentation, strict=True))
    assert list(shown.values()) == ["forward", "swapped", "swapped"]


def test_a_ranking_without_a_verdict_is_left_out_with_all_its_pairs() -> None:
    project = make_project()
    item = make_item(project)
    answers = [make_generation(item, make_system(project, name)) for name in NAMES[:3]]
    task = make_task(item, make_ranking_rubric(project), answers)
    rate(task, make_rater(project, "ann"), None, absent="abstained")
    table = build_rating_table(project=project, criterion="overall")
    assert (len(table), dict(table.excluded)) == (0, {"abstained": 3})


def find(rows: tuple[Row, ...], statistic: str, **wanted: object) -> Row:
    [row] = [
        row
        for row in rows
        if row.statistic == statistic and all(getattr(row, name) == value for name, value in wanted.items())
    ]
    return row


def test_rankings_as_wholes_are_scipys_figures_averaged() -> None:
    project = make_project()
    rubric = make_ranking_rubric(project)
    systems = [make_system(project, name) for name in sorted(NAMES)]
    ann, bob = (make_rater(project, name) for name in ("ann", "bob"))
    gpt = make_rater(project, "gpt", RaterKind.JUDGE)
    said = [
        ("1>2>3>4", "1>2>4>3", "2>1>3>4"),
        ("4>3=2>1", "3>4>1>2", "4>3>2>1"),
        ("1=2>3>4", "4>2>3>1", "1=3>2=4"),
    ]
    for texts in said:
        item = make_item(project)
        task = make_task(item, rubric, [make_generation(item, system) for system in systems])
        for rater, text in zip((ann, bob, gpt), texts, strict=True):
            rate(task, rater, text)
    ranks = [[[read_places(text)[n] for n in range(1, 5)] for text in texts] for texts in said]
    # Of two raters W is the mean of 1 and Spearman's rho, corrected for ties or not only where there are none.
    means = [np.mean([stats.rankdata(each) for each in of_item[:2]], axis=0) for of_item in ranks]
    taus = [stats.kendalltau(of_item[2], mean).statistic for of_item, mean in zip(ranks, means, strict=True)]

    rows = report(project)
    found = find(rows, "kendall_tau_b_of_rankings", raters="judge:gpt", against="people")
    assert found.estimate == pytest.approx(np.mean(taus), abs=1e-12)
    assert (found.n, found.n_unit) == (3, "rankings")
    friedman = [
        stats.friedmanchisquare(*np.array(of_item[:2]).T.tolist()).statistic / (2 * 3) for of_item in ranks
    ]
    assert find(rows, "kendall_w_of_rankings").estimate == pytest.approx(np.mean(friedman), abs=1e-12)


def test_the_place_shown_is_held_against_being_ranked_first() -> None:
    project = make_project()
    rubric = make_ranking_rubric(project)
    systems = [make_system(project, name) for name in sorted(NAMES[:3])]
    gpt, ann = make_rater(project, "gpt", RaterKind.JUDGE), make_rater(project, "ann")
    for number in range(4):
        item = make_item(project)
        task = make_task(item, rubric, [make_generation(item, system) for system in systems])
        annotation = rate(task, gpt, "1=2=3", presentation=Presentation.MERGED)
        # Whatever stood first was best, but for one order in which it shared that.
        orders = [("0,1,2", "1>2>3"), ("1,2,0", "2>1>3"), ("2,0,1", "1=3>2" if number == 0 else "3>1>2")]
        told = [{"shown": shown, "ranking": ranking} for shown, ranking in orders]
        annotation.ratings.update(meta={"orders": told})
        rate(task, ann, "2>1>3", order="0,1,2", presentation=Presentation.SHOWN)

    rows = report(project)
    shares = [find(rows, f"ranked_first_in_place:{n}/3", raters="judge:gpt") for n in (1, 2, 3)]
    assert [share.estimate for share in shares] == pytest.approx([11.5 / 12, 0.5 / 12, 0])
    assert (shares[0].n, shares[0].n_unit) == (12, "orders")
    assert find(rows, "ranked_first_in_place:2/3", raters="people").estimate == 1
    assert find(rows, "kendall_w_of_orders", raters="judge:gpt").estimate is not None


@pytest.mark.parametrize(
    "orders", [5, [5], [{"shown": "0,1", "ranking": "1>2"}], [{"shown": 3, "ranking": None}], {}]
)
def test_whatever_was_imported_as_orders_breaks_no_report(orders: object) -> None:
    project = make_project()
    item = make_item(project)
    answers = [make_generation(item, make_system(project, name)) for name in NAMES[:3]]
    task = make_task(item, make_ranking_rubric(project), answers)
    rate(task, make_rater(project, "gpt", RaterKind.JUDGE), "1>2>3").ratings.update(meta={"orders": orders})
    assert not [row for row in report(project) if row.statistic.startswith("ranked_first")]
