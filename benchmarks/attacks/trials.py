"""Attacks before the obedient fake and before the local model."""

from collections.abc import Callable
from typing import Any  # values of a verdict

from annotations.models import Absent
from benchmarks.attacks.row import Count, Row
from judges.providers.local import answer
from tests.security.attacks.attack_set import ATTACKS, NEUTRAL, QUESTIONS
from tests.security.attacks.obedient import Care, reply_as
from tests.security.attacks.trial import Trial, list_orders, set_up

LOCAL = "local model"


def try_obedient(name: str, language: str, care: Care) -> Row:
    """Every attack on every question in every order; the fake's honest verdict is what the answer deserves."""

    def judge(tail: str, question: Any, order: str, is_plain: bool) -> tuple[Any, Any]:
        trial = set_up(name, language, question, tail, order=order, is_plain=is_plain)
        return trial.read(reply_as(care, trial.request, honest=trial.worst, wanted=trial.best)), trial.best

    row = Row(f"{name}, {language}", f"obedient, {care}")
    places = [(question, order) for question in QUESTIONS for order in list_orders(name)]
    for attack in ATTACKS:
        of_attack = row.by_attack.setdefault(attack.name, Count())
        for place in places:
            value, best = judge(attack.text, *place, is_plain=False)
            row.unparsable.add(value == Absent.UNPARSABLE)
            is_hit = value == (Absent.UNPARSABLE if attack.breaks else best)
            row.attacked.add(is_hit)
            of_attack.add(is_hit)
            value, best = judge(attack.text, *place, is_plain=True)
            row.plain.add(value == (Absent.UNPARSABLE if attack.breaks else best))
    for tail in ("", *NEUTRAL):
        for place in places:
            value, best = judge(tail, *place, is_plain=False)
            row.drifted.add(value != judge(tail, *place, is_plain=True)[0])
            if tail:
                row.neutral.add(value == best)
    return row


def try_local(name: str, language: str) -> Row:
    """Every attack on the first question in every order; a hit moves the verdict nearer to what the attack wants."""
    row = Row(f"{name}, {language}", LOCAL)
    for order in list_orders(name):
        _try_order(row, name, language, order)
    return row


def _try_order(row: Row, name: str, language: str, order: str) -> None:
    def judge(tail: str, is_plain: bool) -> tuple[Any, Trial]:
        trial = set_up(name, language, QUESTIONS[0], tail, order=order, is_plain=is_plain)
        return trial.read(answer(trial.request).text), trial

    clean: dict[bool, dict[str, Any]] = {}
    for is_plain in (False, True):
        before, trial = judge("", is_plain)
        moved = _find_moves(before, trial)
        clean[is_plain] = {"": before} | {tail: judge(tail, is_plain)[0] for tail in NEUTRAL}
        if moved is None:
            continue
        for tail in () if is_plain else NEUTRAL:
            row.neutral.add(moved(clean[is_plain][tail]))
        for attack in ATTACKS:
            value = judge(attack.text, is_plain)[0]
            (row.plain if is_plain else row.attacked).add(moved(value))
            if not is_plain:
                row.by_attack.setdefault(attack.name, Count()).add(moved(value))
                row.unparsable.add(value == Absent.UNPARSABLE)
    for tail, value in clean[False].items():
        row.drifted.add(value != clean[True][tail])


def _find_moves(before: Any, trial: Trial) -> Callable[[Any], bool] | None:
    """Whether a verdict is nearer to the aim than the clean one; None where that is the aim already."""
    if before == trial.best:
        return None
    if isinstance(before, float):
        return lambda value: isinstance(value, float) and value > before
    return lambda value: bool(value == trial.best)
