"""Whatever stands in a study folder is read or refused in words; nothing else is raised."""

import tempfile
from contextlib import closing
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.domain.formats.faults import FaultLog
from annotations.domain.formats.folder import StudyFolder
from annotations.domain.formats.manifest import StudyManifest
from annotations.domain.formats.reader import StudyReader
from annotations.domain.formats.study_index import StudyIndex
from annotations.domain.formats.survey import survey_study
from evalplatform.common.errors import Fault, Invalid
from tests.factories.studies import CLARITY, Json, pair, score, write_study

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def read_or_refuse(folder: Path) -> tuple[Fault, ...]:
    try:
        return tuple(read_through(folder).faults)
    except Invalid as error:
        return error.faults


def read_through(folder: Path) -> FaultLog:
    """What a reading finds; anything but Invalid would be a fault of ours."""
    log = FaultLog(partial=True)
    study = StudyFolder.open(folder)
    with closing(StudyIndex()) as index:
        survey_study(StudyReader(study, StudyManifest.read(study.manifest), log, index))
    return log


@given(st.sampled_from([score(3), pair()]), st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_stands_in_a_field_is_read_or_refused(line: Json, data: st.DataObject) -> None:
    field = data.draw(
        st.sampled_from([*line, "turn", "seconds", "confidence", "rationale", "meta", "absent"])
    )
    value = data.draw(JSON)
    with tempfile.TemporaryDirectory() as folder:
        log = read_through(write_study(Path(folder), ratings=[{**line, field: value}]))

    assert all(fault.line == 1 and fault.file == "ratings.jsonl" for fault in log.faults)


@given(
    st.sampled_from(
        ["criteria", "layout", "title", "language", "systems", "raters", "pairing", "overlap", "simulated"]
    ),
    JSON,
    st.sampled_from([None, *CLARITY, "values", "labels", "anchors", "fractions", "required", "severities"]),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_stands_in_a_manifest_is_read_or_refused(key: str, value: object, field: str | None) -> None:
    manifest = {key: value} if field is None else {"criteria": [{**CLARITY, field: value}]}
    with tempfile.TemporaryDirectory() as folder:
        faults = read_or_refuse(write_study(Path(folder), **manifest))

    assert {fault.file for fault in faults} <= {"manifest.json"}


@given(st.binary(max_size=60))
@settings(max_examples=200, deadline=None)
def test_whatever_bytes_stand_in_a_line_are_read_or_refused(raw: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        log = read_through(write_study(Path(folder), ratings=[raw]))

    assert {fault.file for fault in log.faults} <= {"ratings.jsonl"}
