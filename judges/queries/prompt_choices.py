"""Choices of prompts as rows for a project's readers."""

from django.db.models import Prefetch, QuerySet

from annotations.models import Project
from judges.models import PromptCandidate, PromptChoice


def list_prompt_choices(project: Project) -> QuerySet[PromptChoice]:
    """The project's choices with their candidates in order."""
    candidates = PromptCandidate.objects.select_related("prompt", "run", "judge__rater").order_by("place")
    return (
        PromptChoice.objects.filter(project=project)
        .select_related("project", "judge__rater")
        .prefetch_related(Prefetch("candidates", queryset=candidates))
    )
