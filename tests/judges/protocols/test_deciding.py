"""What a case wants next is a function of what was said, whatever the order in which it came."""

from annotations.models import Absent
from judges.protocols.answer import Answer, Said
from judges.protocols.deciding import Verdict, Wanted, decide
from judges.protocols.recipe import Recipe
from judges.protocols.samples import Scale

SCALES = (Scale("correctness"), Scale("clarity"))
UNREAD = Answer(absent=Absent.UNPARSABLE)


def say(*numbers: float | None, words: str = "") -> Said:
    """A reply with these values under the first criteria; None could not be read."""
    answers = {
        scale.key: UNREAD if number is None else Answer(number=number)
        for scale, number in zip(SCALES, numbers, strict=False)
    }
    return Said(answers, words=words)


def test_a_plain_case_is_one_call() -> None:
    assert decide(Recipe(), SCALES, {}) == Wanted(("",))
    assert decide(Recipe(), SCALES, {"": say(1, 2)}) == Verdict(
        {"correctness": Answer(number=1), "clarity": Answer(number=2)}
    )


def test_an_unread_part_is_repaired_once_and_what_was_read_stays() -> None:
    recipe = Recipe(repair=True)
    first = {"": say(1, None, words="clarity: two")}
    assert decide(recipe, SCALES, first) == Wanted(("repair",))
    mended = decide(recipe, SCALES, {**first, "repair": say(5, 2)})
    assert mended == Verdict(
        {"correctness": Answer(number=1), "clarity": Answer(number=2, meta={"repaired": True})}
    )
    hopeless = decide(recipe, SCALES, {**first, "repair": say(None, None, words="again")})
    assert isinstance(hopeless, Verdict)
    assert hopeless.answers["clarity"].absent == "unparsable"


def test_nothing_is_repaired_where_nothing_was_said_or_nobody_asked() -> None:
    empty = {"": say(None, None, words=" \n")}
    assert isinstance(decide(Recipe(repair=True), SCALES, empty), Verdict)
    assert isinstance(decide(Recipe(), SCALES, {"": say(None, None, words="good")}), Verdict)
    refused = Said({scale.key: Answer(absent=Absent.REFUSED) for scale in SCALES})
    assert isinstance(decide(Recipe(repair=True), SCALES, {"": refused}), Verdict)


def test_a_call_per_criterion_comes_together_whichever_answers_first() -> None:
    recipe = Recipe(per_criterion=True, repair=True)
    assert decide(recipe, SCALES, {}) == Wanted(("criterion-1", "criterion-2"))
    second = {"criterion-2": Said({"clarity": Answer(number=4)})}
    assert decide(recipe, SCALES, second) == Wanted(("criterion-1",))
    unread = {**second, "criterion-1": Said({"correctness": UNREAD}, words="fine")}
    assert decide(recipe, SCALES, unread) == Wanted(("criterion-1/repair",))
    whole = {**unread, "criterion-1/repair": Said({"correctness": Answer(number=3)})}
    verdict = decide(recipe, SCALES, whole)
    assert isinstance(verdict, Verdict)
    assert {key: answer.number for key, answer in verdict.answers.items()} == {"correctness": 3, "clarity": 4}


def test_what_was_said_comes_back_from_its_row() -> None:
    said = Said(
        {"clarity": Answer(number=2.0, rationale="Short.", confidence=0.5, meta={"of": 2})},
        {"honesty": Answer(code="upheld")},
        "words",
    )
    assert Said.read(said.keep()) == said
    assert Said.read(Said().keep()) == Said.read(None) == Said()
