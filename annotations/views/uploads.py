"""Taking a file in: choose it, say what its columns are, see what it would do, store it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any  # arguments of a form
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from annotations.access import get_project_for, get_upload_for
from annotations.domain.checking.known_answers import KnownAnswer, keep_known_answers
from annotations.domain.checking.upload_known import KnownColumns, list_known_choices, read_known_columns
from annotations.domain.formats.tables import Table
from annotations.domain.intake.batches import BatchCheck
from annotations.domain.intake.uploads import (
    check_upload,
    keep_upload,
    map_columns,
    needs_of,
    read_upload,
    take_upload,
)
from annotations.domain.planning.plan_batches import plan_batch
from annotations.forms.upload import ColumnsForm, UploadForm
from annotations.models import Batch, Project, Role, Upload
from annotations.queries.skills import list_skills
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Fault, Invalid, TooLarge

SAMPLE = 5  # rows shown
LONGEST_CELL = 200


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A row as the page shows it: number and the beginnings of its cells."""

    number: int
    cells: tuple[str, ...]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def start_upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a file; it is kept for a day until it is stored."""
    user = current_user(request)
    project = get_project_for(user, slug, Role.RESEARCHER)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = keep_upload(project=project, user=user, name=file.name, file=file.file)
        except Invalid as error:
            form.add_error("file", error.detail)
        else:
            return redirect("upload", slug, upload.public_id)
    context = {"project": project, "form": form}
    return render(request, "annotations/upload.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show_upload(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """What the columns are taken to be and what storing the file would do; then storing it."""
    upload = get_upload_for(current_user(request), slug, public_id)
    table = read_upload(upload)
    fields: dict[str, Any] = {
        "columns": table.columns,
        "mapping": upload.mapping,
        "known": list_known_choices(upload.project),
        "skills": _list_skills(upload),
    }
    if request.method != "POST":
        needs = needs_of(upload)
        held = {"needs_language": needs.language, "needs_skills": needs.skills}
        return _show(request, upload, table, ColumnsForm(initial=held, **fields))
    if request.POST.get("act") == "drop":
        upload.delete()
        return redirect("project", slug)
    form = ColumnsForm(request.POST, **fields)
    if not form.is_valid():
        return _show(request, upload, table, form, status=400)
    map_columns(upload=upload, mapping=form.read_mapping(), needs=form.needs)
    if request.POST.get("act") != "store":
        return redirect("upload", slug, public_id)
    return _store(request, upload, table, form)


def _store(request: HttpRequest, upload: Upload, table: Table, form: ColumnsForm) -> HttpResponse:
    project, partial = upload.project, request.POST.get("partial") == "on"
    try:
        known = read_known_columns(project=project, table=table, mapping=upload.mapping)
        if known.faults and not partial:
            return _show(request, upload, table, form, status=400)
        batch = take_upload(upload=upload, user=current_user(request), partial=partial)
    except (Invalid, TooLarge):
        return _show(request, upload, table, form, status=400)
    is_planned = plan_batch(batch_id=batch.pk)
    messages.success(request, _describe_stored(project, batch, is_planned=is_planned))
    if known.answers:
        _keep_known(request, project, known.answers, is_planned=is_planned)
    return redirect("project", project.slug)


def _keep_known(
    request: HttpRequest, project: Project, answers: Sequence[KnownAnswer], *, is_planned: bool
) -> None:
    """Make the tasks checks, all or none; say what stands against it, and how to go on."""
    again = _("No known answer is kept yet: bring the same file in again, which stores nothing twice.")
    if not is_planned:
        messages.warning(request, again)
        return
    try:
        made = keep_known_answers(project=project, answers=answers, actor=current_user(request))
    except Invalid as error:
        messages.error(request, " ".join([again, *(str(fault) for fault in error.faults[:SAMPLE])]))
        return
    words = ngettext("%(made)s known answer is kept.", "%(made)s known answers are kept.", made)
    messages.success(request, words % {"made": made})


def _describe_stored(project: Project, batch: Batch, *, is_planned: bool) -> str:
    items, answers = batch.counts["items"], batch.counts["generations"]
    parts = [
        ngettext("%(count)s new item is stored", "%(count)s new items are stored", items) % {"count": items},
        ngettext("%(count)s new answer", "%(count)s new answers", answers) % {"count": answers},
    ]
    if not is_planned:
        parts.append(_("their tasks are still being made"))
    return ", ".join(parts) + "."


def _show(
    request: HttpRequest, upload: Upload, table: Table, form: ColumnsForm, *, status: int = 200
) -> HttpResponse:
    check: BatchCheck | None = None
    known = KnownColumns((), ())
    problem = ""
    try:
        check = check_upload(upload=upload, table=table)
        known = read_known_columns(project=upload.project, table=table, mapping=upload.mapping)
    except (Invalid, TooLarge) as error:
        column = error.faults[0].field if error.faults else ""
        problem = error.faults[0].message if error.faults else error.detail
        form.show_fault(column, problem) if form.is_bound and column else None
    context = {
        "project": upload.project,
        "upload": upload,
        "table": table,
        "form": form,
        "sample": _list_sample(table),
        "check": check,
        "problem": problem,
        "known": known,
        "can_store": check is not None
        and not problem
        and (check.counts["items"] or check.counts["generations"] or known.answers),
        "faults": [_name_fault(fault, upload) for fault in (*check.faults, *known.faults)] if check else [],
    }
    return render(request, "annotations/upload_check.html", context, status=status)


def _list_skills(upload: Upload) -> list[str]:
    """The project's skills, and those that the file was said to need before it makes them known."""
    known = {skill.name for skill in list_skills(upload.project)}
    return sorted(known | set(needs_of(upload).skills))


def _list_sample(table: Table) -> list[SampleRow]:
    rows = [(number, row) for number, row in islice(table.read_rows(), SAMPLE) if isinstance(row, dict)]
    return [
        SampleRow(number, tuple(str(row.get(column) or "")[:LONGEST_CELL] for column in table.columns))
        for number, row in rows
    ]


def _name_fault(fault: Fault, upload: Upload) -> tuple[str, str, str]:
    """Line, column and message; the column by the name that it has in the file."""
    columns = {part: column for column, part in upload.mapping.items() if part}
    return str(fault.line or ""), columns.get(fault.field, fault.field), fault.message
