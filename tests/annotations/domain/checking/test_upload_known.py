"""Columns of expected answers in large tables: what reading them asks of the database, and where it ends."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.domain.checking.upload_known import KnownColumns, read_known_columns
from annotations.domain.formats.tables import read_table
from annotations.models import Project
from tests.factories.ledger import make_pair_rubric, make_project

pytestmark = pytest.mark.database


@pytest.fixture
def project() -> Project:
    project = make_project("sky")
    make_pair_rubric(project)
    return project


def read(project: Project, rows: int, winner: str = "apex") -> KnownColumns:
    lines = "".join(f"Why {number}?,Because.,So.,{winner}\n" for number in range(rows))
    content = f"prompt,apex,zenith,better\n{lines}".encode()
    known = f"known:{project.rubrics.get().key}:overall"
    mapping = {"prompt": "prompt", "apex": "answer", "zenith": "answer", "better": known}
    return read_known_columns(project=project, table=read_table(lambda: io.BytesIO(content)), mapping=mapping)


def test_more_rows_ask_no_more_of_the_database(project: Project) -> None:
    counts = []
    for rows in (1, 300):
        with CaptureQueriesContext(connection) as asked:
            assert len(read(project, rows).answers) == rows
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_reading_ends_where_no_more_is_taken(project: Project) -> None:
    known = read(project, 700)
    assert (len(known.answers), [fault.line for fault in known.faults]) == (500, [502])


def test_faults_are_named_up_to_a_hundred(project: Project) -> None:
    known = read(project, 300, winner="nobody")
    assert (known.answers, len(known.faults)) == ((), 100)
