"""Which accounts at providers a project may use."""

from django.db.models import Q, QuerySet

from annotations.models import Project
from judges.models import Connection


def list_granted(project: Project) -> QuerySet[Connection]:
    """Connections granted to the project, and the operator's own that are granted to no project: those are for all."""
    return Connection.objects.filter(Q(projects=project) | Q(owner=None, projects=None)).distinct()


def find_granted(project: Project, name: str) -> list[Connection]:
    """At most two of the connections of this name that the project may use: names are not unique."""
    return list(list_granted(project).filter(name=name)[:2])
