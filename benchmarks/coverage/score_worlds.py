"""Studies of scores, and the figures asked of each."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from benchmarks.coverage.cells import Cell, Figure, Options, Promise
from benchmarks.coverage.label_figures import count_clusters, estimate_mean
from benchmarks.coverage.sample import Sample
from benchmarks.coverage.scores import Scores
from evalplatform.agreement import Estimate, IccForm, Inference, intraclass_correlation, variance_components

FOUR = (-0.6, -0.1, 0.2, 0.5)
SYSTEMS = ("A", "B", "C", "D")
PLAIN = ("item", "rater", "residual")
CROSSED = ("item", "system", "item x system")


def score_cells() -> Iterator[Cell]:
    """Intraclass correlations, components of variance, and means."""
    for items in (100, 50, 30):
        fixed = Scores(says=f"{items} units, four fixed raters, normal scores", items=items, raters=FOUR)
        yield from _ask_icc(f"scores-{items}x4", fixed, ("ICC(3,1)", "ICC(3,k)"))
        yield from _ask_components(f"scores-{items}x4", fixed, PLAIN)
        yield _ask_mean(f"scores-{items}x4", fixed, "these_raters")
    for items, raters in ((100, 5), (50, 5), (100, 20)):
        says = f"{items} units, {raters} raters drawn anew each time, normal scores"
        drawn = Scores(says=says, items=items, drawn=raters, spread=0.5)
        yield from _ask_icc(f"scores-{items}x{raters}-drawn", drawn, ("ICC(2,1)", "ICC(2,k)"))
        yield _ask_mean(f"scores-{items}x{raters}-drawn", drawn, "rater_population")
    says = "100 units, each with five raters of its own, normal scores"
    own = Scores(says=says, items=100, drawn=5, spread=0.5, own=True)
    yield from _ask_icc("scores-own", own, ("ICC(1,1)", "ICC(1,k)"))
    says = "100 units, four fixed raters, points from 1 to 5"
    points = Scores(says=says, items=100, raters=FOUR, rounded=True)
    yield from _ask_icc("points-100x4", points, ("ICC(3,1)",))
    yield from _ask_components("points-100x4", points, ("item",))
    says = "100 units, five raters drawn anew each time, points from 1 to 5"
    points = Scores(says=says, items=100, drawn=5, spread=0.5, rounded=True)
    yield from _ask_icc("points-100x5-drawn", points, ("ICC(2,1)",))
    for items in (100, 500):
        says = f"{items} units of exponential size, four fixed raters"
        skewed = Scores(says=says, items=items, raters=FOUR, skewed=True)
        yield from _ask_icc(f"skewed-{items}x4", skewed, ("ICC(3,1)",))
        yield from _ask_components(f"skewed-{items}x4", skewed, ("item",))
    says = "100 units of exponential size, five raters drawn anew each time"
    skewed = Scores(says=says, items=100, drawn=5, spread=0.5, skewed=True)
    yield from _ask_icc("skewed-100x5-drawn", skewed, ("ICC(2,1)",))
    says = "100 units, four fixed raters, half of the normal scores missing"
    half = Scores(says=says, items=100, raters=FOUR, missing=0.5)
    yield from _ask_components("scores-missing-50%", half, PLAIN)
    yield from _ask_icc("scores-systems", _make_systems(60), ("ICC(3,1)",))
    yield from _ask_components("scores-systems", _make_systems(60), CROSSED)


def _make_systems(items: int) -> Scores:
    return Scores(
        says=f"{items} items with four systems each, four fixed raters, normal scores",
        items=items,
        raters=FOUR,
        systems=(-0.4, 0.0, 0.1, 0.3),
        meeting=0.5,
        leaning=0.4,
    )


def estimate_icc(sample: Sample, options: Options, *, form: IccForm) -> Estimate:
    return intraclass_correlation(sample.table, form, resamples=options.resamples, seed=options.seed)


def estimate_component(sample: Sample, options: Options, *, source: str, crossed: bool) -> Estimate:
    units = sample.table.units.tolist()
    systems = {unit: SYSTEMS[unit % len(SYSTEMS)] for unit in units} if crossed else None
    found = variance_components(sample.table, systems=systems, **options.interval)
    return found.components[source]


def true_icc(world: Scores, form: IccForm) -> float:
    """The intraclass correlation that true components make."""
    parts = world.components()
    item = parts["item"] + parts.get("item x system", 0.0) * (len(world.systems) > 1)
    if len(world.systems) > 1:
        item += sum((x - sum(world.systems) / len(world.systems)) ** 2 for x in world.systems) / len(
            world.systems
        )
    error = parts["residual"] + parts.get("item x rater", 0.0) * (len(world.systems) > 1)
    if form[4] != "3":
        error += parts["rater"]
    many = world.panel if form.endswith("k)") else 1
    return item / (item + error / many)


def _ask_icc(place: str, world: Scores, forms: Sequence[IccForm]) -> Iterator[Cell]:
    for form in forms:
        inference: Inference = "these_raters" if form[4] == "3" else "rater_population"
        yield _make_cell(
            place, world, form, partial(estimate_icc, form=form), inference, true_icc(world, form)
        )


def _ask_components(place: str, world: Scores, sources: Sequence[str]) -> Iterator[Cell]:
    parts = world.components()
    for source in sources:
        estimate = partial(estimate_component, source=source, crossed=len(world.systems) > 1)
        yield _make_cell(place, world, f"variance of {source}", estimate, "these_raters", parts[source])


def _ask_mean(place: str, world: Scores, inference: Inference) -> Cell:
    return _make_cell(place, world, "mean_value", estimate_mean, inference, world.components()["mean"])


def _make_cell(
    place: str,
    world: Scores,
    name: str,
    estimate: Callable[[Sample, Options], Estimate],
    inference: Inference,
    truth: float,
    promise: Promise = "fixed_n",
) -> Cell:
    figure = Figure(name=name, estimate=estimate, events=count_clusters)
    return Cell(place=place, world=world, figure=figure, inference=inference, truth=truth, promise=promise)
