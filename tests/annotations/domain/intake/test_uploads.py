"""A file that is about to be taken in lies in pieces, and nobody holds the whole."""

import io
import tracemalloc
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.access import get_upload_for
from annotations.domain.formats.pieces import PIECE
from annotations.domain.intake.upload_pieces import open_upload
from annotations.domain.intake.uploads import (
    check_upload,
    keep_upload,
    map_columns,
    read_upload,
    take_upload,
)
from annotations.models import Generation, Project, Role, Upload, UploadPiece
from annotations.queries.uploads import KEPT_FOR
from evalplatform.accounts.models import User
from evalplatform.common.errors import Invalid, Missing
from evalplatform.common.hashing import hash_file
from tests.factories.ledger import make_person, make_project, make_user

pytestmark = pytest.mark.database
TEXT = "Because \u017e. " * 400  # 4,400 bytes
SMALL, LARGE = 150, 700  # rows


@pytest.fixture
def project() -> Project:
    return make_project("sky")


@pytest.fixture
def user() -> User:
    return make_user()


def make_table(count: int) -> bytes:
    rows = "".join(f"{number},Why {number}?,alpha,{number}. {TEXT}\n" for number in range(count))
    return f"item_id,prompt,system,text\n{rows}".encode()


def keep(project: Project, user: User, content: bytes, name: str = "a.csv") -> Upload:
    return keep_upload(project=project, user=user, name=name, file=io.BytesIO(content))


def keep_as_before(project: Project, user: User, content: bytes) -> Upload:
    """As a process does that knows of no pieces, also beside those that do."""
    whole = Upload.objects.create(
        project=project,
        user=user,
        name="a.csv",
        content=content,
        content_hash=hash_file(io.BytesIO(content)),
        mapping={"item_id": "item_id", "prompt": "prompt", "system": "system", "text": "text"},
    )
    return Upload.objects.get(pk=whole.pk)


def test_a_file_comes_out_as_it_went_in(project: Project, user: User) -> None:
    content = make_table(SMALL)
    upload = keep(project, user, content)
    assert [upload.piece_count, UploadPiece.objects.count(), upload.content] == [3, 3, b""]
    assert len(content) > PIECE
    with open_upload(upload)() as handle:
        assert handle.read() == content
    assert upload.content_hash == hash_file(io.BytesIO(content))


def test_each_piece_is_a_statement_of_its_own(project: Project, user: User) -> None:
    upload = keep(project, user, make_table(LARGE))
    with CaptureQueriesContext(connection) as asked, open_upload(upload)() as handle:
        while handle.read(PIECE):
            pass
    assert len(asked) == upload.piece_count > 10


def test_what_is_shown_is_what_is_stored_and_nothing_is_left(project: Project, user: User) -> None:
    upload = keep(project, user, make_table(SMALL))
    check = check_upload(upload=upload, table=read_upload(upload))
    batch = take_upload(upload=upload, user=user, partial=False)
    assert (check.counts, check.faults) == (batch.counts, ())
    texts = Generation.objects.order_by("pk").values_list("text", flat=True)
    assert list(texts) == [f"{number}. {TEXT}" for number in range(SMALL)]
    assert (Upload.objects.count(), UploadPiece.objects.count()) == (0, 0)


def test_a_file_that_was_left_lying_goes_with_its_pieces_though_nobody_uploads(
    project: Project, user: User
) -> None:
    old = (keep(project, user, make_table(SMALL)), keep_as_before(project, user, make_table(1)))
    Upload.objects.update(created_at=timezone.now() - KEPT_FOR - timedelta(seconds=1))
    kept = keep(project, user, make_table(1))
    researcher = make_person(project, role=Role.RESEARCHER).user
    assert researcher is not None
    for upload in old:
        with pytest.raises(Missing):
            get_upload_for(researcher, project.slug, upload.public_id)
    call_command("sweep", once=True)
    assert get_upload_for(researcher, project.slug, kept.public_id) == kept
    assert set(UploadPiece.objects.values_list("upload", flat=True)) == {kept.pk}
    assert Upload.objects.count() == 1


def test_what_is_no_table_leaves_nothing(project: Project, user: User) -> None:
    with pytest.raises(Invalid):
        keep(project, user, make_table(SMALL) + b"\xff")
    assert (Upload.objects.count(), UploadPiece.objects.count()) == (0, 0)


def test_a_file_kept_before_there_were_pieces_is_taken_in_all_the_same(project: Project, user: User) -> None:
    content = make_table(SMALL)
    upload = keep_as_before(project, user, content)
    assert upload.piece_count == 0
    with open_upload(upload)() as handle:
        assert handle.read() == content
    assert take_upload(upload=upload, user=user, partial=False).counts["generations"] == SMALL
    assert not Upload.objects.exists()


def test_half_a_file_is_never_taken_for_a_whole_one(project: Project, user: User) -> None:
    upload = keep(project, user, make_table(SMALL))
    table = read_upload(upload)
    UploadPiece.objects.filter(number=upload.piece_count - 1).delete()
    with pytest.raises(Missing):
        check_upload(upload=upload, table=table)
    with pytest.raises(Missing):
        take_upload(upload=upload, user=user, partial=True)
    assert not Generation.objects.exists()


def measure(project: Project, user: User, count: int) -> int:
    """The most bytes of Python's that were held at once while a file was kept and read, beside the file."""
    file = io.BytesIO(make_table(count))
    tracemalloc.start()
    try:
        upload = keep_upload(project=project, user=user, name="a.csv", file=file)
        for _row in read_upload(upload).read_rows():
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_larger_file_holds_no_more(project: Project, user: User) -> None:
    measure(project, user, SMALL)  # what is imported and cached once
    small, large = (measure(project, user, count) for count in (SMALL, LARGE))
    grown = len(make_table(LARGE)) - len(make_table(SMALL))
    assert large - small < grown / 5


def test_columns_of_a_file_that_is_gone_meanwhile_are_kept_nowhere(project: Project, user: User) -> None:
    upload = keep(project, user, make_table(1))
    Upload.objects.filter(pk=upload.pk).delete()  # stored or thrown away in another tab
    with pytest.raises(Missing, match="The file is gone"):
        map_columns(upload=upload, mapping={"system": "system"})
    assert not Upload.objects.exists()
