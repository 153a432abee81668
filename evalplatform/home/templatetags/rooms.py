"""The navigation of a project, on each of its pages."""

from typing import Any

from django import template

from annotations.access import get_membership_for
from annotations.models import Project
from evalplatform.accounts.models import User
from evalplatform.common.errors import Missing
from evalplatform.home.rooms import list_open_rooms

register = template.Library()


@register.inclusion_tag("home/_rooms.html", takes_context=True)
def project_rooms(context: template.Context) -> dict[str, Any]:
    """Rooms and doors of the page's project, as far as its reader is a member; nothing on other pages."""
    project, request = context.get("project"), context.get("request")
    if not isinstance(project, Project) or request is None or not isinstance(request.user, User):
        return {}
    try:
        membership = get_membership_for(request.user, project.slug)
    except Missing:
        return {}
    rooms = list_open_rooms(project=project, role=membership.role, path=request.path)
    return {"rooms": rooms, "room": next((room for room in rooms if room.current), None)}
