"""Every figure that others worked out from the real data sets, met by a call of ours or argued away by name."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any  # entries of expected.json

import pytest
from django.conf import settings

from evalplatform.agreement import Estimate
from tests.published.expected import (
    dices350,
    fed,
    hanna,
    llmbar,
    mqm_ende,
    mt_bench,
    nullmodel,
    reliability_tables,
    ttcw,
)
from tests.published.expected.exceptions import COUNTED_OTHERWISE, EXCEPTIONS
from tests.published.expected.study import Figures, Study

STUDIES = Path(settings.EVALPLATFORM_STUDIES)
WORKED_OUT: dict[str, Callable[[Study], Figures]] = {
    "dices350": dices350.work_out,
    "fed": fed.work_out,
    "hanna": hanna.work_out,
    "llmbar": llmbar.work_out,
    "mqm-ende": mqm_ende.work_out,
    "mt-bench": mt_bench.work_out,
    "nullmodel": nullmodel.work_out,
    "reliability-tables": reliability_tables.work_out,
    "ttcw": ttcw.work_out,
}

pytestmark = [
    pytest.mark.published,
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        not STUDIES.is_dir(), reason="the real data sets are not here: set EVALPLATFORM_STUDIES"
    ),
]


EACH_STUDY = [pytest.param(name, marks=pytest.mark.xdist_group(f"expected-{name}")) for name in WORKED_OUT]


@cache
def work_out(name: str) -> dict[str, Estimate | float | None]:
    return dict(WORKED_OUT[name](open_study(name)))


@cache
def open_study(name: str) -> Study:
    return Study(STUDIES / name)


def is_excepted(name: str, figure: str, exceptions: Mapping[str, Mapping[str, str]] = EXCEPTIONS) -> bool:
    return any(re.fullmatch(pattern, figure) for pattern in exceptions.get(name, {}))


def read_number(found: Estimate | float | None) -> float | None:
    return found.estimate if isinstance(found, Estimate) else found


@pytest.mark.parametrize("name", EACH_STUDY)
def test_every_figure_is_mapped_or_argued_away(name: str) -> None:
    expected = open_study(name).expected
    wanted = {entry["id"] for part in ("values", "published") for entry in expected[part]}
    excepted = {figure for figure in wanted if is_excepted(name, figure)}
    found = set(work_out(name))
    assert sorted(wanted - excepted - found) == []
    assert sorted(excepted & found) == []


@pytest.mark.parametrize("name", EACH_STUDY)
def test_every_figure_is_met(name: str) -> None:
    study = open_study(name)
    found = work_out(name)
    entries = [entry for entry in study.expected["values"] if not is_excepted(name, entry["id"])]
    tolerance = study.expected["tolerance"]
    missed = {
        entry["id"]: (entry["value"], read_number(found[entry["id"]]))
        for entry in entries
        if read_number(found[entry["id"]]) != pytest.approx(entry["value"], abs=tolerance)
    }
    assert missed == {}
    assert len(entries) > 0


@pytest.mark.parametrize("name", EACH_STUDY)
def test_as_many_are_counted(name: str) -> None:
    """`n` of an expected figure is that of the estimate, where we count the same thing."""
    found = work_out(name)
    missed = {}
    for entry in open_study(name).expected["values"]:
        estimate = found.get(entry["id"])
        is_other = is_excepted(name, entry["id"], COUNTED_OTHERWISE)
        if isinstance(estimate, Estimate) and not is_other and entry.get("n") not in (None, estimate.n):
            missed[entry["id"]] = (entry["n"], estimate.n, estimate.n_unit)
    assert missed == {}


@pytest.mark.parametrize("name", EACH_STUDY)
def test_what_was_printed_is_met_to_its_last_digit(name: str) -> None:
    found = work_out(name)
    entries = [
        entry for entry in open_study(name).expected["published"] if not is_excepted(name, entry["id"])
    ]
    missed = {
        entry["id"]: (entry["published"], read_number(found[entry["id"]]))
        for entry in entries
        if not is_rounded(read_number(found[entry["id"]]), entry)
    }
    assert missed == {}


def is_rounded(number: float | None, entry: dict[str, Any]) -> bool:
    """Whether the printed figure is ours, rounded or cut to as many digits."""
    digits = len(str(entry["published"]).partition(".")[2])
    return number is not None and abs(number - entry["published"]) < 10.0**-digits


@pytest.mark.parametrize("name", sorted(EXCEPTIONS))
def test_no_exception_is_made_for_nothing(name: str) -> None:
    expected = open_study(name).expected
    figures = [entry["id"] for part in ("values", "published") for entry in expected[part]]
    idle = [
        pattern
        for pattern in EXCEPTIONS[name]
        if not any(re.fullmatch(pattern, figure) for figure in figures)
    ]
    assert idle == []


def test_no_study_is_left_out() -> None:
    assert sorted(WORKED_OUT) == sorted(path.parent.name for path in STUDIES.glob("*/expected.json"))
