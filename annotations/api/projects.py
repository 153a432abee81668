"""Projects, as their members see them."""

from typing import ClassVar

from django.db.models import QuerySet
from rest_framework import generics, serializers

from annotations.access import list_projects_for
from annotations.models import Project
from evalplatform.accounts.session import require_user


class ProjectSerializer(serializers.ModelSerializer[Project]):
    class Meta:
        model = Project
        fields: ClassVar = ("slug", "title", "description", "language", "overlap", "simulated", "created_at")
        read_only_fields = fields


class ProjectCollection(generics.ListAPIView[Project]):
    """Your projects, newest first."""

    serializer_class = ProjectSerializer

    def get_queryset(self) -> QuerySet[Project]:
        return list_projects_for(require_user(self.request.user))


class ProjectDetail(generics.RetrieveAPIView[Project]):
    """One of your projects."""

    serializer_class = ProjectSerializer
    lookup_field = "slug"

    def get_queryset(self) -> QuerySet[Project]:
        return list_projects_for(require_user(self.request.user))
