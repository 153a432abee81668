"""Studies of labels, and the figures asked of each."""

from collections.abc import Iterator

import numpy as np

from benchmarks.coverage.cells import Cell, Promise
from benchmarks.coverage.label_figures import LABEL_FIGURES, LabelFigure
from benchmarks.coverage.labels import Labels, Skills
from evalplatform.agreement import Inference

THREE = Skills(fixed=(0.9, 0.8, 0.7))
FIVE = Skills(fixed=(0.95, 0.9, 0.85, 0.75, 0.65))
TEN = Skills(fixed=(0.95, 0.92, 0.9, 0.88, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5))
THIRTY = Skills(fixed=tuple(0.6 + 0.35 * place / 29 for place in range(30)))

COEFFICIENTS: tuple[LabelFigure, ...] = (
    "alpha_nominal",
    "percent_micro",
    "percent_macro",
    "fleiss_kappa",
    "gwet_ac1",
)
RARE_FIGURES: tuple[LabelFigure, ...] = (*COEFFICIENTS, "value_rate")
SCALE: tuple[LabelFigure, ...] = ("alpha_ordinal", "alpha_interval", "mean_value")
MAIN: tuple[LabelFigure, ...] = ("alpha_nominal", "percent_micro", "gwet_ac1")
BRIEF: tuple[LabelFigure, ...] = ("alpha_nominal", "percent_micro", "value_rate")


def label_cells() -> Iterator[Cell]:
    """Cells with these raters, then with raters drawn from a population; the cells of most worth first."""
    yield from _fixed_cells()
    yield from _population_cells()


def _fixed_cells() -> Iterator[Cell]:
    for units in (100, 50, 30, 500):
        yield from _enter(f"labels-{units}x3", three_categories(units, THREE), RARE_FIGURES)
    for units in (100, 50):
        yield from _enter(
            f"pair-{units}", three_categories(units, Skills(fixed=(0.9, 0.75))), ("cohen_kappa",)
        )
    yield from _enter("rare-5%-200x3", rare(200, 0.05, THREE), RARE_FIGURES)
    yield from _enter("rare-2%-500x3", rare(500, 0.02, THREE), RARE_FIGURES)
    yield from _enter("rare-1%-1000x3", rare(1000, 0.01, THREE), RARE_FIGURES)
    yield from _enter("rare-1%-100x3", rare(100, 0.01, THREE), RARE_FIGURES)
    yield from _enter("rare-pair-5%-200", rare(200, 0.05, Skills(fixed=(0.95, 0.85))), ("cohen_kappa",))
    yield from _enter("unanimous-100x3", rare(100, 0.5, Skills(fixed=(0.99, 0.99, 0.98))), COEFFICIENTS)
    for missing, raters in ((0.2, FIVE), (0.5, FIVE), (0.8, TEN)):
        world = three_categories(200, raters, missing=missing)
        yield from _enter(f"missing-{missing:.0%}", world, RARE_FIGURES)
    for clusters in (100, 50, 20):
        yield from _enter(f"clusters-{clusters}", clustered(clusters, THREE), RARE_FIGURES)
    informative = clustered(60, FIVE, sizes=((5, 10), (20, 30)), missing=0.5)
    yield from _enter("clusters-informative", informative, RARE_FIGURES)
    for units in (100, 50, 30):
        yield from _enter(f"scale-{units}x3", five_points(units, THREE), SCALE)
    yield from _enter("scale-missing-50%", five_points(200, FIVE, missing=0.5), SCALE)
    yield from _enter("hard-get-more", hard_get_more(), COEFFICIENTS)
    yield from _enter("labels-100x10", three_categories(100, TEN), MAIN)
    yield from _enter("sparse-200x3of30", three_categories(200, THIRTY, each=(3, 3, 3)), MAIN)
    judged = three_categories(100, FIVE, judge=0.8)
    yield from _enter("judge-100x5", judged, ("agreement_between",))
    yield from _enter("judge-clusters", clustered(60, FIVE, judge=0.9), ("agreement_between",))


def _population_cells() -> Iterator[Cell]:
    for raters, sd in ((5, 0.08), (5, 0.15), (10, 0.08), (10, 0.15), (30, 0.15)):
        world = three_categories(100, Skills(drawn=raters, mean=0.8, sd=sd))
        yield from _enter(f"crowd-100x{raters}-sd{sd}", world, MAIN, "rater_population")
    people = Skills(drawn=10, mean=0.8, sd=0.1)
    for name, world, figures in (
        ("crowd-50x10", three_categories(50, people), (*MAIN, "value_rate")),
        ("crowd-30x10", three_categories(30, people), (*MAIN, "value_rate")),
        ("crowd-rare-5%", rare(200, 0.05, people), BRIEF),
        ("crowd-clusters-50", clustered(50, people, sizes=((5, 8), (5, 8))), BRIEF),
    ):
        yield from _enter(name, world, figures, "rater_population")
    scale = five_points(100, people)
    yield from _enter("crowd-scale-100x10", scale, SCALE, "rater_population")
    for raters in (5, 10):
        judged = three_categories(100, Skills(drawn=raters, mean=0.8, sd=0.1), judge=0.8)
        yield from _enter(f"crowd-judge-100x{raters}", judged, ("agreement_between",), "rater_population")
    half = three_categories(100, people, missing=0.5)
    yield from _enter("crowd-missing-50%", half, (*MAIN, "value_rate"), "rater_population")
    for each, raters, sd in ((3, 30, 0.1), (2, 60, 0.15)):
        skills = Skills(drawn=raters, mean=0.8, sd=sd)
        few = three_categories(200, skills, each=(each,) * 3)
        place = f"crowd-sparse-200x{each}of{raters}"
        yield from _enter(place, few, (*MAIN, "value_rate"), "rater_population", "conservative")


def _enter(
    place: str,
    world: Labels,
    figures: tuple[LabelFigure, ...],
    inference: Inference = "these_raters",
    promise: Promise = "fixed_n",
) -> Iterator[Cell]:
    for name in figures:
        figure, truth = LABEL_FIGURES[name]
        yield Cell(
            place=place,
            world=world,
            figure=figure,
            inference=inference,
            truth=truth(world),
            promise=promise,
        )


def three_categories(
    units: int,
    skills: Skills,
    *,
    missing: float = 0.0,
    each: tuple[int, ...] = (),
    judge: float | None = None,
) -> Labels:
    """Three categories of unequal frequency, and raters who tell them or guess."""
    return Labels(
        says=f"{units} units, three categories (50, 30, 20 %), {_describe(skills, missing, each)}",
        skills=skills,
        clear=_perfect(3),
        guess=(0.4, 0.3, 0.3),
        shares=((0.5, 0.3, 0.2),),
        clusters=units,
        missing=missing,
        each=each,
        judge=judge,
    )


def rare(units: int, share: float, skills: Skills) -> Labels:
    """A value that few units have; whoever does not see it guesses at its frequency."""
    return Labels(
        says=f"{units} units of which {share:.0%} have the value, {_describe(skills)}",
        skills=skills,
        clear=_perfect(2),
        guess=(1 - share, share),
        shares=((1 - share, share),),
        clusters=units,
    )


def clustered(
    clusters: int,
    skills: Skills,
    *,
    sizes: tuple[tuple[int, int], ...] = ((5, 30), (5, 30)),
    missing: float = 0.0,
    judge: float | None = None,
) -> Labels:
    """Clusters of two kinds, in one of which the value is rare and units are clear, in the other neither."""
    spans = " or ".join(f"{low} to {high}" for low, high in dict.fromkeys(sizes))
    return Labels(
        says=f"{clusters} clusters of {spans} units, easy or hard as a whole, {_describe(skills, missing)}",
        skills=skills,
        clear=((1.0, 0.0), (0.0, 1.0), (0.6, 0.4), (0.4, 0.6)),
        guess=(0.6, 0.4),
        shares=((0.85, 0.15, 0.0, 0.0), (0.0, 0.0, 0.4, 0.6)),
        clusters=clusters,
        sizes=sizes,
        missing=missing,
        judge=judge,
    )


def five_points(units: int, skills: Skills, *, missing: float = 0.0) -> Labels:
    """A scale of five points, on which a clear look misses by one in three cases of ten."""
    return Labels(
        says=f"{units} units on a scale of five points, {_describe(skills, missing)}",
        skills=skills,
        clear=_blurred(5, 0.3),
        guess=(0.1, 0.2, 0.4, 0.2, 0.1),
        shares=((0.1, 0.15, 0.3, 0.3, 0.15),),
        clusters=units,
        missing=missing,
        level="ordinal",
    )


def hard_get_more() -> Labels:
    """Hard units are given to five raters, the others to two."""
    return Labels(
        says="200 units, a quarter of them hard; two of five raters rate an easy one, all five a hard one",
        skills=FIVE,
        clear=((1.0, 0.0), (0.0, 1.0), (0.5, 0.5)),
        guess=(0.5, 0.5),
        shares=((0.45, 0.3, 0.25),),
        clusters=200,
        each=(2, 2, 5),
    )


def _perfect(categories: int) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in np.eye(categories).tolist())


def _blurred(categories: int, missed: float) -> tuple[tuple[float, ...], ...]:
    """The right point, or one of its neighbours."""
    table = np.eye(categories) * (1 - missed)
    for place in range(categories):
        near = [other for other in (place - 1, place + 1) if 0 <= other < categories]
        table[place, near] += missed / len(near)
    return tuple(tuple(row) for row in table.tolist())


def _describe(skills: Skills, missing: float = 0.0, each: tuple[int, ...] = ()) -> str:
    many = skills.raters
    who = f"{many} raters"
    if skills.fixed:
        who += f" of skill {min(skills.fixed):g} to {max(skills.fixed):g}"
    else:
        who += f" drawn anew each time, skill {skills.mean:g} ± {skills.sd:g}"
    if each:
        who += f", {each[0]} of whom rate a unit"
    return f"{who}, {missing:.0%} missing" if missing else who
