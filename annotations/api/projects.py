"""Projects, as their members see them."""

from functools import cached_property
from typing import Any, ClassVar  # a representation is JSON

from django.db.models import QuerySet
from rest_framework import generics, serializers

from annotations.access import find_projects_rated_by, list_projects_for
from annotations.models import Project
from annotations.views.wording import name_for_raters
from evalplatform.accounts.session import require_user


class ProjectSerializer(serializers.ModelSerializer[Project]):
    class Meta:
        model = Project
        fields: ClassVar = ("slug", "title", "description", "language", "overlap", "simulated", "created_at")
        read_only_fields = fields

    def to_representation(self, instance: Project) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if instance.pk in self._rated_by_caller:
            shown |= {"title": name_for_raters(instance), "description": ""}
        return shown

    @cached_property
    def _rated_by_caller(self) -> frozenset[int]:
        return find_projects_rated_by(require_user(self.context["request"].user))


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
