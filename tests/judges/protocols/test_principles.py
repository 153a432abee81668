from annotations.models import Absent
from judges.protocols.answer import Answer, Said
from judges.protocols.deciding import Verdict, Wanted, decide
from judges.protocols.recipe import Principle, Recipe
from judges.protocols.samples import Scale

RECIPE = Recipe(principles=(Principle("kind", {"en": "Be kind."}),))
SCALES = [Scale("clarity")]


def rate(number: float) -> Said:
    return Said({"clarity": Answer(number=number, rationale="Because.")}, {"kind": Answer(code="broken")})


def test_one_call_follows_another_and_the_effect_stands_beside_the_first_verdict() -> None:
    said = {
        "principles": rate(2),
        "critique": Said(words="Harsh."),
        "revision": Said(words="Softer."),
        "second": rate(4),
    }
    for count, step in enumerate(said):
        assert decide(RECIPE, SCALES, dict(list(said.items())[:count])) == Wanted((step,))
    meta = {"second": 4, "effect": 2}
    assert decide(RECIPE, SCALES, said) == Verdict(
        {"clarity": Answer(number=2, rationale="Because.", meta=meta)}
    )


def test_a_case_ends_where_nothing_more_can_come_of_it() -> None:
    refused = Said({"clarity": Answer(absent=Absent.REFUSED)})
    assert decide(RECIPE, SCALES, {"principles": refused}) == Verdict(dict(refused.answers))
    plain = Verdict({"clarity": Answer(number=2, rationale="Because.")})
    silent = {"principles": rate(2), "critique": Said()}
    assert decide(RECIPE, SCALES, silent) == plain
    unrevised = {**silent, "critique": Said(words="Harsh."), "revision": Said(words=" ")}
    assert decide(RECIPE, SCALES, unrevised) == plain
    unread = {**unrevised, "revision": Said(words="Softer."), "second": Said()}
    assert decide(RECIPE, SCALES, unread) == plain
