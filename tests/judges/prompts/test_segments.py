"""A part that is remembered reads as if it had been written anew."""

import sys
from types import FrameType
from typing import Any

import pytest
from jinja2 import Environment

from judges.prompts import fill_template
from judges.prompts.segments import REMEMBERED, Segment

RUBRIC = "{% for criterion in criteria %}{{ criterion.key }}:{{ title }};{% endfor %}"


class Watched(dict[str, Any]):
    """Counts how often it is read."""

    reads = 0

    def __getitem__(self, name: str) -> Any:
        self.reads += 1
        return super().__getitem__(name)


def test_what_calls_have_in_common_is_written_once() -> None:
    criterion = Watched(key="clarity")
    criteria, title = [criterion], "A rubric"
    template = "before {{ nonce }}\n{% if title %}" + RUBRIC + "{% endif %}\nbehind {{ nonce }}"
    written = [
        fill_template(template, {"criteria": criteria, "title": title, "nonce": nonce}) for nonce in "abc"
    ]
    assert written == [f"before {n}\nclarity:A rubric;behind {n}\n" for n in "abc"]
    assert criterion.reads == 1


def test_other_objects_are_written_anew() -> None:
    first, second = ([{"key": key}] for key in ("clarity", "tone"))
    written = [fill_template(RUBRIC, {"criteria": each, "title": "T"}) for each in (first, second, first)]
    assert written == ["clarity:T;\n", "tone:T;\n", "clarity:T;\n"]


@pytest.mark.parametrize(
    "template",
    [
        "{% set title = nonce %}{% if title %}{{ title }}{% endif %}",
        "{% for nonce in criteria %}{% endfor %}{% if nonce %}{{ nonce }}{% endif %}",
        "{% if nonce %}{% for nonce in criteria %}{% endfor %}{{ nonce }}{% endif %}",
        "{% if criteria %}{% for row in criteria %}{{ nonce }}{% endfor %}{% endif %}",
    ],
)
def test_what_is_a_call_s_own_is_never_remembered(template: str) -> None:
    values: dict[str, Any] = {"criteria": [{"key": "clarity"}], "title": "T"}
    assert [fill_template(template, {**values, "nonce": n}) for n in "ab"] == ["a\n", "b\n"]


def test_a_thread_that_empties_the_memory_between_any_two_steps_disturbs_nothing() -> None:
    tree = Environment(autoescape=True).parse("{{ title }}")
    segment = Segment(Environment(autoescape=True).from_string(tree), tree, is_common=True)
    others = [f"other {number}" for number in range(2 * REMEMBERED)]

    def write(title: str) -> str:
        return "".join(segment.write({"title": title}))

    def interrupt(frame: FrameType, event: str, _: Any) -> Any:
        """What another thread may do at the worst moment: write so much that nothing is remembered any more."""
        if frame.f_code is not Segment.write.__code__:
            return None
        if event == "line":
            assert [write(other) for other in others] == others
        return interrupt

    usual = sys.gettrace()
    sys.settrace(interrupt)
    try:
        written = [write("A rubric") for _ in range(3)]
    finally:
        sys.settrace(usual)
    assert written == ["A rubric"] * 3
