"""A template is a stranger's: whatever it tries, it is refused in words, with the line, and soon."""

import time
from typing import Any

import pytest

from evalplatform.common.errors import Invalid
from judges.prompts import check_template, fill_template
from judges.prompts.meter import CPU_SECONDS
from judges.prompts.sandbox import LONGEST_TEMPLATE

LONG = "x" * 64_000
VALUES: dict[str, Any] = {"text": LONG, "rows": [{"key": "a"}, {"key": "b"}], "deep": {"list": [1, 2]}}


def refuse(template: str, line: int | None, words: str) -> None:
    start = time.thread_time()
    with pytest.raises(Invalid, match=words) as caught:
        fill_template(template, VALUES, name="user_template")
    assert time.thread_time() - start < CPU_SECONDS + 3
    fault = caught.value.faults[0]
    assert (fault.field, fault.line) == ("user_template", line)


def test_what_prompts_need_is_there() -> None:
    template = """
{% set first = rows[0] %}
{% for row in rows if row.key %}
{{ loop.index + 1 }} {{ row.key | upper }}{% if not loop.last %},{% endif %}

{% endfor %}
{{ rows | map(attribute="key") | join(", ") }} {{ rows | length }} {{ "a  b".split() | join("-") }}
{{ text | truncate(9, true, "…", 0) }} {% for name, value in deep.items() %}{{ name }}{{ value[1:] }}{% endfor %}

{{ first.key if first is defined and first.key in ("a", "b") else "none" }} {{ deep | tojson }}
"""
    assert fill_template(template, VALUES).split() == [
        *("2", "A,", "3", "B", "a,", "b", "2", "a-b"),
        *("xxxxxxxx…", "list[2]", "a", '{"list":[1,2]}'),
    ]


@pytest.mark.parametrize(
    ("template", "line", "words"),
    [
        ("a\nb\n{{ unknown }}", 3, "'unknown' is undefined"),
        ("a\n{{ rows[0].nothing }}", 2, "has no attribute 'nothing'"),
        ("a\n{% for row in rows %}", 2, "cannot be read"),
        ("\n{{ ''.__class__.__mro__ }}", 2, "no attribute __"),
        ("\n{{ text['__class__'] }}", 2, r"unsafe|has no attribute"),
        ("\n{{ rows.append(1) }}", 2, "a call of append"),
        ("{{ text.format(1) }}", 1, "a call of format"),
        ("{{ self._TemplateReference__context }}", 1, r"no attribute _|self is no variable"),
        ("{% include '/etc/passwd' %}", 1, "only parts that come with the platform"),
        ("{% import 'x' as y %}", 1, "import is not allowed"),
        ("{% extends 'x' %}", 1, "extends is not allowed"),
        ("{% for i in range(1000000000) %}{% endfor %}", 1, "a call of range"),
        ("{{ 'a' * 10000000000 }}", 1, "multiplication"),
        ("{{ 9 ** 9 ** 9 ** 9 }}", 1, "powers"),
        ("{% set a = text ~ text %}", 1, "join, not by ~"),
        ("\n{{ text + text }}", 2, "only numbers"),
        ("{% set a = [text, text] %}", 1, "fixed values"),
        ("{% set a %}{{ text }}{% endset %}", 1, "assignblock"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", 1, r"macros|a call of m"),
        ("{% for r in rows recursive %}{{ loop(rows) }}{% endfor %}", 1, "a loop may not call itself"),
        ("{{ text | join(text) }}", 1, "grows longer"),
        ("{{ text | center(1000000000) }}", 1, "no filter center"),
        ("{{ '%1000000000d' | format(1) }}", 1, "no filter format"),
        ("{{ text is divisibleby(3) }}", 1, "no test divisibleby"),
        ("{{ text }}" * 100, None, "what it writes is longer"),
        ("{{ text" + " | tojson" * 300 + " }}", 1, "nests too deep"),
        ("{{ " + "(" * 9000 + " }}", None, "nests too deep"),
        ("{{ text" + ".a" * 9000 + " }}", 1, "nests too deep"),
        ("{{1}}a" * 5000, None, "parts"),
        ("{% for r in rows %}" * 30 + "{% endfor %}" * 30, None, "nested"),
        ("{{ " + "9" * 5000 + " }}", None, "limit"),
        ("x" * (LONGEST_TEMPLATE + 1), None, "longer than"),
        ("{{ text.split }}", 1, "called with brackets"),
    ],
)
def test_what_none_may_do_is_refused_with_its_line(template: str, line: int | None, words: str) -> None:
    refuse(template, line, words)


def test_loops_over_long_texts_end() -> None:
    loops = "{% for a in text %}{% for b in text %}{% for c in text %}{% endfor %}{% endfor %}{% endfor %}"
    refuse(f"\n{loops}", 2, "takes longer than")


def test_what_no_database_keeps_is_dropped() -> None:
    assert fill_template("a{{ '\\x00' }}b{{ '\\ud800' }}c", VALUES) == "ab?c\n"


def test_every_fault_is_found_before_it_is_filled() -> None:
    with pytest.raises(Invalid) as caught:
        check_template(
            "{{ text }}\n{% if false %}{{ hidden }}{% endif %}\n{{ 2 ** 3 }}", known=VALUES, name="t"
        )
    assert [(fault.line, fault.message[:18]) for fault in caught.value.faults] == [
        (2, "no variable hidden"),
        (3, "powers are not all"),
    ]
