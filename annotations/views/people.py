"""Who is in a project: inviting, roles, removing, and a link for whoever forgot their password."""

from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from annotations.access import get_invitation_for, get_member_for, get_project_for
from annotations.domain.people.pausing import end_membership
from annotations.domain.people.skills import set_skills
from annotations.domain.projects.invitations import create_invitation, revoke_invitation
from annotations.domain.projects.members import change_role, find_or_make_person, refuse_password_link
from annotations.forms.people import InvitationForm, RoleForm
from annotations.models import Project, Role
from annotations.queries.gates import list_stranded
from annotations.queries.members import list_members, list_standing_invitations
from annotations.queries.skills import list_skills
from annotations.views.demands import describe_stranded
from evalplatform.accounts.passwords import issue_password_link
from evalplatform.accounts.session import current_user
from evalplatform.common.errors import Conflict, Denied, Invalid
from evalplatform.common.language_tags import name_language


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show_people(request: HttpRequest, slug: str) -> HttpResponse:
    """The members and who is invited; after inviting the link, on this answer alone."""
    user = current_user(request)
    project = get_project_for(user, slug, Role.RESEARCHER)
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _show(request, project, form)
    _invitation, secret = create_invitation(
        project=project,
        role=Role(form.cleaned_data["role"]),
        actor=user,
        lifetime=timedelta(days=form.cleaned_data["days"]),
        note=form.cleaned_data["note"],
    )
    link = request.build_absolute_uri(reverse("join", args=[secret]))
    return _show(request, project, InvitationForm(), link=link, title=_("The invitation"))


@require_POST
@login_required
def revoke(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Nobody can use the invitation any more."""
    user = current_user(request)
    revoke_invitation(invitation=get_invitation_for(user, slug, public_id), actor=user)
    return redirect("people", slug)


@require_POST
@login_required
def set_role(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Give a member another role."""
    user = current_user(request)
    membership = get_member_for(user, slug, public_id)
    form = RoleForm(request.POST)
    try:
        if form.is_valid():
            change_role(membership=membership, role=Role(form.cleaned_data["role"]), actor=user)
    except Conflict as error:
        messages.error(request, error.detail)
    return redirect("people", slug) if membership.user != user else redirect("project", slug)


@require_POST
@login_required
def keep_skills(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Let a member have the skills that are ticked, and the one that is written."""
    user = current_user(request)
    membership = get_member_for(user, slug, public_id)
    names = [*request.POST.getlist("skill"), *filter(None, [request.POST.get("new", "").strip()])]
    try:
        set_skills(rater=find_or_make_person(membership=membership), names=names, actor=user)
    except Invalid as error:
        messages.error(request, error.faults[0].message)
    return redirect("people", slug)


@require_POST
@login_required
def remove(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Close the project to a member; their answers stay."""
    user = current_user(request)
    membership = get_member_for(user, slug, public_id)
    try:
        end_membership(membership=membership, actor=user)
    except Conflict as error:
        messages.error(request, error.detail)
    return redirect("people", slug) if membership.user != user else redirect("home")


@never_cache
@require_POST
@login_required
def issue_password(request: HttpRequest, slug: str, public_id: UUID) -> HttpResponse:
    """A link by which the member chooses a new password, on this answer alone."""
    user = current_user(request)
    membership = get_member_for(user, slug, public_id)
    try:
        refuse_password_link(user=membership.user, actor=user)
    except Denied as error:
        messages.error(request, error.detail)
        return redirect("people", slug)
    secret = issue_password_link(user=membership.user, actor=user)
    link = request.build_absolute_uri(reverse("choose-password", args=[secret]))
    title = _("A new password for %(name)s") % {"name": membership.user.username}
    return _show(request, membership.project, InvitationForm(), link=link, title=title)


def _show(
    request: HttpRequest, project: Project, form: forms.Form, *, link: str = "", title: str = ""
) -> HttpResponse:
    context = {
        "project": project,
        "form": form,
        "link": link,
        "link_title": title,
        "members": [
            (line, ", ".join(name_language(tag) for tag in line.languages)) for line in list_members(project)
        ],
        "invitations": list_standing_invitations(project),
        "roles": Role.choices,
        "skills": [skill.name for skill in list_skills(project)],
        "stranded": describe_stranded(list_stranded(project)),
    }
    return render(request, "annotations/people.html", context, status=400 if form.errors else 200)
