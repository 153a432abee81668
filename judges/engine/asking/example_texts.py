"""A judge's examples as they stand before its case: each fenced by a mark of its own, in the order of the case."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any  # examples are JSON

from annotations.domain.showing.presentation import show_code
from evalplatform.common.hashing import seeded_integer
from judges.engine.asking.rubric_facts import RubricFacts
from judges.models import Judge
from judges.prompts import fill_template
from judges.prompts.fences import keep_apart, list_texts, show_invisible_in
from judges.protocols.material import list_names
from judges.protocols.order import fit_order, turn_to_canonical
from judges.protocols.recipe import EXAMPLES

Texts = tuple[str, str]
MOST_KEPT = 64  # rankings of eight have 40,320 orders


class ExampleTexts:
    """Writes a judge's examples, and remembers what it wrote: most calls show the very same words."""

    def __init__(self, judge: Judge, *, seed: object, shows_reference: bool) -> None:
        self._judge, self._seed, self._shows_reference = judge, seed, shows_reference
        self._written: dict[tuple[int, tuple[str, ...], str], tuple[list[str], Texts]] = {}

    def write(self, part: RubricFacts, shown_order: str, beside: Any) -> Texts:
        """What goes behind the system text and before the user text; empty where no example fits.

        `beside` is all that the call shows: no text of it holds one of the marks.
        """
        key = (part.rubric.pk, tuple(criterion.key for criterion in part.criteria), shown_order)
        if key not in self._written:
            if len(self._written) >= MOST_KEPT:
                self._written.clear()
            self._written[key] = self._write(part, shown_order, ())
        marks, texts = self._written[key]
        held = "\n".join(list_texts(beside)).lower()
        return self._write(part, shown_order, beside)[1] if any(m in held for m in marks) else texts

    def _write(self, part: RubricFacts, shown_order: str, beside: Any) -> tuple[list[str], Texts]:
        shown = [
            show_invisible_in(example)
            for each in self._judge.examples
            if (example := self._turn(each, part, shown_order))
        ]
        if not shown:
            return [], ("", "")
        marks = self._draw_marks([each["task"] for each in shown], [shown, beside])
        values = {EXAMPLES: [{**each, "nonce": mark} for each, mark in zip(shown, marks, strict=True)]}
        templates = self._judge.step_templates[EXAMPLES]
        return marks, (fill_template(templates["system"], values), fill_template(templates["user"], values))

    def _draw_marks(self, tasks: Sequence[str], apart: Any) -> list[str]:
        """One an example: unknown to whoever wrote the material, and the same in every call."""
        marks: list[str] = []
        for task in tasks:
            drawn = f"{seeded_integer(self._seed, 'fence', EXAMPLES, task, bits=64):016x}"
            marks.append(keep_apart(drawn, [apart, marks]))
        return marks

    def _turn(self, example: Mapping[str, Any], part: RubricFacts, shown_order: str) -> dict[str, Any] | None:
        """The example with its answers in the order of the case, and of its values those that the call asks for."""
        values = dict(_list_values(example, part, shown_order))
        if not values:
            return None
        told = dict(example["shown"])
        answers = [told["answers"][place] for place in fit_order(shown_order, len(told["answers"]))]
        names = list_names(len(answers))
        told["answers"] = [{**answer, "name": name} for answer, name in zip(answers, names, strict=True)]
        if not self._shows_reference:
            told["references"] = []
        return {
            **told,
            "task": example["task"],
            "values": [{"key": k, "value": v} for k, v in values.items()],
        }


def _list_values(
    example: Mapping[str, Any], part: RubricFacts, shown_order: str
) -> Iterable[tuple[str, Any]]:
    if example["rubric"] != part.rubric.key:
        return
    for criterion in part.criteria:
        if criterion.key in example["values"]:
            value = example["values"][criterion.key]
            if criterion.is_ranking:
                order = fit_order(shown_order, len(example["shown"]["answers"]))
                value = show_code(criterion, value, tuple(order))
            elif isinstance(value, str):
                value = turn_to_canonical(value, shown_order)
            yield criterion.key, value
