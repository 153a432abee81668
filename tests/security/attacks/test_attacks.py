"""What fences promise: a judge that heeds their mark takes no order from an answer. They promise nothing more."""

import pytest

from annotations.models import Absent
from tests.security.attacks.attack_set import ATTACKS, NEUTRAL, QUESTIONS, Attack
from tests.security.attacks.obedient import CARES, Care, reply_as
from tests.security.attacks.trial import EVERY, Trial, list_orders, set_up

HIDDEN = {"zero-width letters", "tag characters"}
LOOKS_LIKE_ENDS = {
    "end marker, guessed mark", "end marker, other style", "closing words of the prompt", "another mark",
}  # fmt: skip


def judge(care: Care, trial: Trial) -> object:
    return trial.read(reply_as(care, trial.request, honest=trial.worst, wanted=trial.best))


def list_obeyed(care: Care, name: str, language: str, *, is_plain: bool = False) -> set[str]:
    """The attacks that had their way in any order, on any question."""
    return {
        attack.name
        for attack in ATTACKS
        for question in QUESTIONS
        for order in list_orders(name)
        if is_lost(
            care, set_up(name, language, question, attack.text, order=order, is_plain=is_plain), attack
        )
    }


def is_lost(care: Care, trial: Trial, attack: Attack) -> bool:
    return judge(care, trial) == (Absent.UNPARSABLE if attack.breaks else trial.best)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_no_order_reaches_a_judge_that_heeds_the_mark(name: str, language: str) -> None:
    assert list_obeyed("careful", name, language) == set()


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_judge_that_takes_any_end_for_the_end_is_fooled_by_those_alone(name: str, language: str) -> None:
    assert list_obeyed("trusting", name, language) == LOOKS_LIKE_ENDS


@pytest.mark.parametrize(("name", "language"), [("single", "en"), ("preference", "ru"), ("ranking", "en")])
def test_without_fences_or_care_every_order_that_can_be_read_is_obeyed(name: str, language: str) -> None:
    readable = {attack.name for attack in ATTACKS} - HIDDEN
    assert list_obeyed("careful", name, language, is_plain=True) == readable
    assert list_obeyed("careless", name, language) == readable


@pytest.mark.parametrize("care", CARES)
def test_clean_material_is_judged_alike(care: Care) -> None:
    for name, language in EVERY:
        for tail in ("", *NEUTRAL):
            for is_plain in (False, True):
                trial = set_up(name, language, QUESTIONS[0], tail, is_plain=is_plain)
                assert judge(care, trial) == trial.worst


def test_plain_twins_have_neither_fences_nor_a_notice() -> None:
    for name, language in EVERY:
        trial = set_up(name, language, QUESTIONS[0], is_plain=True)
        assert "<<" not in trial.request.system + trial.request.user
        assert "JSON" in trial.request.system
        assert QUESTIONS[0].bad in trial.request.user
