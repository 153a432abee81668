"""What models cost: the lines that hold in a project, with one more of its own, and those that staff keep for all."""

from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Invalid
from judges.access import (
    get_price_for,
    get_price_for_all_for,
    get_project_to_steer_for,
    get_project_with_runs_for,
    may_steer_runs,
    refuse_unless_staff,
)
from judges.engine.money.price_table import remove_price, set_price
from judges.engine.money.pricing import list_lines
from judges.forms.faults import show_faults
from judges.forms.price import PriceForm
from judges.models import Price
from judges.views.clips import show_foreign

SHOWN = 300
TABLES = {
    "project": gettext_lazy("this project's own"),
    "instance": gettext_lazy("for all projects"),
    "list": gettext_lazy("the platform's list"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show_prices(request: HttpRequest, slug: str) -> HttpResponse:
    """Every line that may price a judge here; by POST a line of the project's own."""
    actor = current_user(request)
    is_sent = request.method == "POST"
    project = get_project_to_steer_for(actor, slug) if is_sent else get_project_with_runs_for(actor, slug)
    form = PriceForm(request.POST if is_sent else None)
    if is_sent and form.is_valid():
        try:
            set_price(line=form.read_line(), project=project, actor=actor)
        except Invalid as error:
            show_faults(form, error)
        else:
            messages.success(
                request, _("The price holds from its day on. Calls made before keep their cost.")
            )
            return redirect("prices", slug)
    lines = list_lines(project)
    context = {
        "project": project,
        "form": form,
        "rows": [describe_price(price) for price in lines[:SHOWN]],
        "is_cut": len(lines) > SHOWN,
        "may_steer": may_steer_runs(actor, slug),
    }
    return render(request, "judges/prices.html", context, status=400 if form.errors else 200)


@require_POST
@login_required
def drop_price(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Take a line of the project's own away."""
    actor = current_user(request)
    remove_price(price=get_price_for(actor, slug, public_id), actor=actor)
    messages.success(request, _("The line is gone: what holds for all holds again."))
    return redirect("prices", slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show_prices_for_all(request: HttpRequest) -> HttpResponse:
    """Every line that holds for all projects; by POST one more. For staff."""
    actor = current_user(request)
    refuse_unless_staff(actor)
    is_sent = request.method == "POST"
    form = PriceForm(request.POST if is_sent else None)
    if is_sent and form.is_valid():
        try:
            set_price(line=form.read_line(), project=None, actor=actor)
        except Invalid as error:
            show_faults(form, error)
        else:
            messages.success(
                request, _("The price holds from its day on. Calls made before keep their cost.")
            )
            return redirect("prices-for-all")
    lines = list_lines(None)
    context = {
        "form": form,
        "rows": [describe_price(price, own="instance") for price in lines[:SHOWN]],
        "is_cut": len(lines) > SHOWN,
        "may_steer": True,
    }
    return render(request, "judges/prices_for_all.html", context, status=400 if form.errors else 200)


@require_POST
@login_required
def drop_price_for_all(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a line that holds for all away. For staff."""
    actor = current_user(request)
    remove_price(price=get_price_for_all_for(actor, public_id), actor=actor)
    messages.success(request, _("The line is gone: an older one, or the platform's list, holds again."))
    return redirect("prices-for-all")


def describe_price(price: Price, *, own: str = "project") -> dict[str, object]:
    """A line with the table that it stands in; lines of the table `own` can be taken away here."""
    table = "list" if not price.pk else "project" if price.project_id else "instance"
    return {
        "price": price,
        "is_own": table == own,
        "table": TABLES[table],
        "model": show_foreign(price.model),
        "address": show_foreign(price.base_url),
        "note": show_foreign(price.note),
        "live": [describe_amount(each) for each in (price.tokens_in, price.tokens_cached, price.tokens_out)],
        "batch": [describe_amount(each) for each in (price.batch_in, price.batch_out) if each is not None],
    }


def describe_amount(amount: Decimal | None) -> str:
    """USD without zeros at its end; a dash where it is not stated."""
    if amount is None:
        return "—"
    digits = f"{amount:f}".partition(".")[2].rstrip("0")
    return str(number_format(amount, len(digits)))
