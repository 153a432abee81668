"""Samples come together without a draw, and an early stop changes no winner."""

import itertools

import pytest

from judges.protocols.answer import Answer, Said
from judges.protocols.deciding import Verdict, Wanted, decide
from judges.protocols.recipe import Recipe
from judges.protocols.samples import Scale, poll

VOTED, MEAN = Scale("grade"), Scale("score", takes_mean=True, width=10)


def settle(recipe: Recipe, scale: Scale, values: tuple[float, ...]) -> tuple[Answer, int]:
    """The answer to a case whose n-th sample says the n-th value, and how many samples it took."""
    said: dict[str, Said] = {}
    outcome = decide(recipe, [scale], said)
    while isinstance(outcome, Wanted):
        for step in outcome.steps:
            number = int(step.removeprefix("sample-"))
            said[step] = Said({scale.key: Answer(number=values[number - 1])})
        outcome = decide(recipe, [scale], said)
    return outcome.answers[scale.key], len(said)


@pytest.mark.parametrize("k", [3, 4, 5])
def test_a_vote_that_stops_early_has_the_winner_of_all_samples(k: int) -> None:
    counts = []
    for values in itertools.product((1.0, 2.0, 3.0), repeat=k):
        whole, _ = settle(Recipe(samples=k), VOTED, values)
        early, taken = settle(Recipe(samples=k, early_stop=True), VOTED, values)
        assert (early.number, early.absent) == (whole.number, whole.absent)
        counts.append(taken)
    assert (min(counts), max(counts)) == (k // 2 + 1, k)


def test_only_as_many_samples_are_asked_for_as_could_settle_it() -> None:
    recipe = Recipe(samples=5, early_stop=True)
    said = {
        f"sample-{n}": Said({"grade": Answer(number=value)}) for n, value in ((1, 1.0), (2, 1.0), (3, 2.0))
    }
    assert decide(recipe, [VOTED], {}) == Wanted(("sample-1", "sample-2", "sample-3"))
    assert decide(recipe, [VOTED], said) == Wanted(("sample-4",))
    assert decide(Recipe(samples=2), [VOTED], {}) == Wanted(("sample-1", "sample-2"))


def test_the_winners_share_is_the_confidence() -> None:
    answer, _ = settle(Recipe(samples=4), VOTED, (2, 1, 2, 2))
    assert (answer.number, answer.confidence) == (2, 0.75)
    assert answer.meta == {"samples": 4, "of": 4, "votes": {"1": 1, "2": 3}}


def test_a_tie_is_no_verdict_and_says_so() -> None:
    answer, _ = settle(Recipe(samples=4), VOTED, (2, 1, 1, 2))
    assert (answer.number, answer.absent, answer.confidence) == (None, "abstained", None)
    assert answer.meta == {"samples": 4, "of": 4, "votes": {"1": 2, "2": 2}, "tied": True}


def test_absences_vote_too() -> None:
    refused = Answer(absent="refused")
    ballots = [{"grade": refused}, {"grade": refused}, {"grade": Answer(code="good", rationale="Yes.")}]
    assert poll([VOTED], ballots, most=3)["grade"].absent == "refused"
    ballots[0] = {"grade": Answer(code="good", rationale="Also.")}
    winner = poll([VOTED], ballots, most=3)["grade"]
    assert (winner.code, winner.rationale) == ("good", "Also.")


def test_a_scale_with_fractions_has_a_mean_and_its_spread() -> None:
    answer, taken = settle(Recipe(samples=4), MEAN, (1, 2, 3, 6))
    assert (answer.number, answer.confidence, taken) == (3.0, None, 4)
    assert answer.meta is not None
    assert round(answer.meta["sd"], 4) == 2.1602


@pytest.mark.parametrize(
    ("bound", "taken"),
    [(None, 5), (0.8, 4), (2.0, 3)],  # standard errors: 1 of three samples, 0.7071 of four, 0.7483 of five
)
def test_a_mean_stops_once_its_standard_error_is_below_the_bound(bound: float | None, taken: int) -> None:
    recipe = Recipe(samples=5, early_stop=True, standard_error=bound)
    assert settle(recipe, MEAN, (1, 4, 1, 2, 4))[1] == taken


def test_a_scale_without_ends_stops_early_only_at_a_stated_bound() -> None:
    endless = Scale("score", takes_mean=True)
    assert settle(Recipe(samples=5, early_stop=True), endless, (1, 1, 1, 1, 1))[1] == 5
    assert settle(Recipe(samples=5, early_stop=True, standard_error=0.1), endless, (1, 1, 1, 1, 1))[1] == 3


def test_free_texts_are_not_put_together() -> None:
    recipe = Recipe(samples=2)
    said = {f"sample-{n}": Said({"why": Answer(text=f"text {n}")}) for n in (1, 2)}
    verdict = decide(recipe, [Scale("why", is_prose=True)], said)
    assert verdict == Verdict({"why": Answer(text="text 1")})
