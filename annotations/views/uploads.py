"""Taking a file in: choose it, say what its columns are, see what it would do, store it."""

from dataclasses import dataclass
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
from annotations.domain.formats.tables import Table, read_table
from annotations.domain.intake import BatchCheck
from annotations.domain.plan_batches import plan_batch
from annotations.domain.uploads import check_upload, keep_upload, map_columns, take_upload
from annotations.forms.upload import ColumnsForm, UploadForm
from annotations.models import Batch, Project, Role, Upload
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
            upload = keep_upload(project=project, user=user, name=file.name, content=file.read())
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
    table = read_table(bytes(upload.content))
    if request.method != "POST":
        return _show(request, upload, table, ColumnsForm(columns=table.columns, mapping=upload.mapping))
    if request.POST.get("act") == "drop":
        upload.delete()
        return redirect("project", slug)
    form = ColumnsForm(request.POST, columns=table.columns, mapping=upload.mapping)
    if not form.is_valid():
        return _show(request, upload, table, form, status=400)
    map_columns(upload=upload, mapping=form.read_mapping())
    if request.POST.get("act") != "store":
        return redirect("upload", slug, public_id)
    return _store(request, upload, table, form)


def _store(request: HttpRequest, upload: Upload, table: Table, form: ColumnsForm) -> HttpResponse:
    project = upload.project
    try:
        batch = take_upload(
            upload=upload, user=current_user(request), partial=request.POST.get("partial") == "on"
        )
    except (Invalid, TooLarge):
        return _show(request, upload, table, form, status=400)
    is_planned = plan_batch(batch_id=batch.pk)
    messages.success(request, _describe_stored(project, batch, is_planned=is_planned))
    return redirect("project", project.slug)


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
    problem = ""
    try:
        check = check_upload(upload=upload, table=table)
    except (Invalid, TooLarge) as error:
        column = error.faults[0].field if error.faults else ""
        problem = error.faults[0].message if error.faults else error.detail
        form.show_fault(column, problem) if form.is_bound and column else None
    context = {
        "project": upload.project,
        "upload": upload,
        "table": table,
        "form": form,
        "fields": list(form),
        "sample": _list_sample(table),
        "check": check,
        "problem": problem,
        "can_store": check is not None and (check.counts["items"] or check.counts["generations"]),
        "faults": [_name_fault(fault, upload) for fault in check.faults] if check else [],
    }
    return render(request, "annotations/upload_check.html", context, status=status)


def _list_sample(table: Table) -> list[SampleRow]:
    rows = [(number, row) for number, row in table.rows[:SAMPLE] if isinstance(row, dict)]
    return [
        SampleRow(number, tuple(str(row.get(column) or "")[:LONGEST_CELL] for column in table.columns))
        for number, row in rows
    ]


def _name_fault(fault: Fault, upload: Upload) -> tuple[str, str, str]:
    """Line, column and message; the column by the name that it has in the file."""
    columns = {part: column for column, part in upload.mapping.items() if part}
    return str(fault.line or ""), columns.get(fault.field, fault.field), fault.message
