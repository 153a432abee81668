"""What a picture shows, read from its table and its specification."""

from evalplatform.reports.pictures.gallery import draw_picture
from evalplatform.reports.pictures.picture import Picture
from evalplatform.reports.rows import Row


def make_row(statistic: str, raters: str, estimate: float | None = 0.5, **fields: object) -> Row:
    described = {"criterion": "overall", "inference": "these_raters", "low": 0.4, "high": 0.6, "n": 10}
    return Row(**{**described, "statistic": statistic, "raters": raters, "estimate": estimate, **fields})  # type: ignore[arg-type]  # as given


def draw(name: str, *rows: Row) -> Picture:
    picture = draw_picture(rows, criterion="overall", name=name)
    assert picture is not None
    return picture


def scales(spec: object, key: str = "domain") -> list[list[float]]:
    """Every numeric domain in a specification."""
    if isinstance(spec, dict):
        own = [spec[key]] if isinstance(spec.get(key), list) else []
        return own + [found for value in spec.values() for found in scales(value)]
    return [found for value in spec for found in scales(value)] if isinstance(spec, list) else []


def test_beside_a_judge_people_stand_over_the_tasks_of_both() -> None:
    rows = [
        make_row("win_rate", "people", 0.9, system="a", n=100),
        make_row("win_rate", "judge:gpt", 0.1, system="a", n=100),
        make_row("win_rate", "judge:gpt", 0.4, system="a", against="people", n=7),
        make_row("win_rate_of_plurality", "people", 0.5, system="a", against="judge:gpt", n=7),
    ]
    records = draw("leaderboard", *rows).records
    assert [(record["raters"], record["estimate"], record["n"], record["tasks"]) for record in records] == [
        ("people", 0.9, 100, "win rate, all tasks of each"),
        ("people", 0.5, 7, "win rate, tasks of both people and judge gpt"),
        ("judge gpt", 0.4, 7, "win rate, tasks of both people and judge gpt"),
    ]


def test_numbers_are_compared_by_alpha_in_the_heat_map() -> None:
    rows = [
        make_row("percent_agreement", "judge:gpt", 0.1, against="people"),
        make_row("percent_agreement", "people", 0.2),
        make_row("krippendorff_alpha", "judge:gpt", 0.6, against="people", level="interval"),
        make_row("krippendorff_alpha", "people", 0.7, level="interval"),
        make_row("krippendorff_alpha", "people", 0.3, level="nominal"),
    ]
    picture = draw("heat-map", *rows)
    assert picture.title == "Who agrees with whom: Krippendorff's alpha (interval)"
    assert sorted({record["estimate"] for record in picture.records}) == [0.6, 0.7]  # type: ignore[type-var]  # numbers


def test_the_rule_and_the_number_of_pairs_stand_in_the_forests_labels() -> None:
    rows = [
        make_row("percent_agreement", "judge:few", 0.9, against="people", rule="tie", n=3),
        make_row("percent_agreement", "judge:many", 0.1, against="people", rule="tie", n=30),
    ]
    assert [record["raters"] for record in draw("forest", *rows).records] == [
        "judge many – people, inconsistent counts as a tie, n 30",
        "judge few – people, inconsistent counts as a tie, n 3",
    ]


def test_an_estimate_below_nought_is_inside_the_forest_and_open_without_an_interval() -> None:
    row = make_row("krippendorff_alpha", "people", -0.4, level="nominal", low=None, high=None)
    picture = draw("forest", row)
    assert [-0.4, 1.0] in scales(picture.spec)
    assert "An open symbol has no interval" in picture.description
    assert "open symbol" not in draw("forest", make_row("percent_agreement", "people")).description
