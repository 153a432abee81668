"""The page of quality against cost, and its picture as a file."""

from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotations.access import READERS, get_project_for
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Missing
from evalplatform.reports.money.costs import read_costs
from evalplatform.reports.pictures.costs import draw_costs
from evalplatform.reports.pictures.files import KINDS, write_picture
from evalplatform.reports.pictures.theme import Theme
from evalplatform.reports.views.report import choose_criterion, label_criteria
from evalplatform.reports.words.statistic_names import name_statistic


@never_cache
@require_safe
@login_required
def costs_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One point a judge, the same as a table, and in words what is missing."""
    project = get_project_for(current_user(request), slug, *READERS)
    labels = label_criteria(project)
    context: dict[str, object] = {"project": project, "criteria": list(labels.items())}
    if labels:
        criterion = request.GET.get("criterion") or choose_criterion(project)
        table = read_costs(project=project, criterion=criterion)
        measure = table.measure
        context |= {
            "criterion": criterion,
            "criterion_query": quote(criterion, safe=""),
            "table": table,
            "measure": name_statistic(measure.statistic, measure.level) if measure else "",
            "picture": draw_costs(table),
            "unpriced": [judge for judge in table.judges if judge.usd is None],
        }
    return render(request, "reports/costs.html", context)


@never_cache
@require_safe
@login_required
def costs_picture(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The picture as SVG or PNG, its specification, or its table."""
    project = get_project_for(current_user(request), slug, *READERS)
    criterion = request.GET.get("criterion", "")
    if kind not in KINDS or not criterion:
        raise Missing("No such picture.")
    picture = draw_costs(read_costs(project=project, criterion=criterion))
    if picture is None:
        raise Missing("There is nothing to draw yet.")
    theme: Theme = "dark" if request.GET.get("theme") == "dark" else "light"
    response = HttpResponse(write_picture(picture, kind, theme), content_type=KINDS[kind])
    if kind != "svg" or "download" in request.GET:
        response["Content-Disposition"] = f'attachment; filename="{project.slug}-costs.{kind}"'
    return response
