"""Which accounts at providers a project may use."""

from django.db.models import Q, QuerySet

from annotations.models import Project
from judges.models import Connection


def list_granted(project: Project) -> QuerySet[Connection]:
    """Connections granted to the project, and the operator's own that are granted to no project: those are for all."""
    return Connection.objects.filter(Q(projects=project) | Q(owner=None, projects=None)).distinct()
