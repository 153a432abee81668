"""The report's page and its files. Raters do not see it: it names the systems."""

from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotations.access import READERS, get_project_for
from annotations.models import Project
from annotations.queries.criteria import CriterionRow, is_preference, list_criteria
from annotations.queries.rating_set import COMPARABLE
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Missing
from evalplatform.common.texts import choose_text
from evalplatform.reports.pictures.files import KINDS, draw_file
from evalplatform.reports.pictures.gallery import NAMES, draw_pictures
from evalplatform.reports.snapshots.snapshot import Wanted, take_snapshot
from evalplatform.reports.words.brief import pair_lines
from evalplatform.reports.words.gaps import describe_gaps
from evalplatform.reports.words.sentences import write_sentences, write_warnings


@never_cache
@require_safe
@login_required
def report_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Findings in words, pictures with their tables, and every headline figure of one criterion."""
    project = get_project_for(current_user(request), slug, *READERS)
    labels = label_criteria(project)
    context: dict[str, object] = {
        "project": project,
        "criteria": list(labels.items()),
        "gaps": describe_gaps(project=project),
    }
    if labels:
        criterion = request.GET.get("criterion") or choose_criterion(project)
        snapshot = take_snapshot(project=project, wanted=Wanted(criterion=criterion))
        whole = [row for row in snapshot.rows if not row.slice]
        lines = list(pair_lines(whole, snapshot.specimens, snapshot.plan))
        context |= {
            "criterion": criterion,
            "criterion_query": quote(criterion, safe=""),
            "snapshot": snapshot,
            "plan": snapshot.plan,
            "sentences": write_sentences(
                snapshot.rows, level=snapshot.levels.get(criterion), specimens=snapshot.specimens
            ),
            "warnings": write_warnings(snapshot.rows),
            "pictures": list(draw_pictures(snapshot.rows, criterion=criterion)),
            "planned": [line for line in lines if line.is_planned],
            "lines": lines,
            "sliced": list(pair_lines((row for row in snapshot.rows if row.slice), snapshot.specimens)),
            "has_simulated": any(line.is_simulated for line in pair_lines(whole)),
        }
    return render(request, "reports/report.html", context)


@never_cache
@require_safe
@login_required
def results_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The page's figures as `report --json` prints them; `?all=1` for every figure."""
    project = get_project_for(current_user(request), slug, *READERS)
    wanted = Wanted(criterion=request.GET.get("criterion") or None, is_full="all" in request.GET)
    body = take_snapshot(project=project, wanted=wanted).to_bytes()
    response = HttpResponse(body, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{project.slug}-results.json"'
    return response


@require_safe
@login_required
def picture_file(request: HttpRequest, slug: str, name: str, kind: str) -> HttpResponse:
    """A picture as SVG or PNG in one of two themes, its specification, or its table."""
    project = get_project_for(current_user(request), slug, *READERS)
    criterion = request.GET.get("criterion", "")
    if name not in NAMES or kind not in KINDS or not criterion:
        raise Missing("No such picture.")
    content = draw_file(
        project=project,
        criterion=criterion,
        name=name,
        kind=kind,
        theme="dark" if request.GET.get("theme") == "dark" else "light",
        inputs_hash=request.GET.get("v", ""),
    )
    response = HttpResponse(content, content_type=KINDS[kind])
    if kind != "svg" or "download" in request.GET:
        file = f"{project.slug}-{name}.{kind}"
        response["Content-Disposition"] = f'attachment; filename="{file}"'
    return response


def label_criteria(project: Project) -> dict[str, str]:
    """Criteria that can have figures, each with its name in the reader's language."""
    language = get_language() or "en"
    return {held.name: choose_text(held.labels, language, held.name) for held in _list_comparable(project)}


def choose_criterion(project: Project) -> str:
    """What a reader asks first: the preference or the overall judgement, else the first."""
    held = _list_comparable(project)
    preferred = [criterion for criterion in held if is_preference(criterion)]
    overall = [criterion for criterion in held if "overall" in criterion.name.lower()]
    return next(iter(preferred + overall + held)).name


def _list_comparable(project: Project) -> list[CriterionRow]:
    return [held for held in list_criteria(project=project) if held.level in COMPARABLE]
