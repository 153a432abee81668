"""The rater's page of a rubric that is not stored yet: the same templates, with a made-up task and nothing claimed."""

import uuid
from dataclasses import dataclass

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from annotations.domain.formats.stored_criterion import build_criterion
from annotations.domain.projects.new_project import ProjectDraft, RubricDraft
from annotations.domain.showing.blinding import LABELS, BlindGeneration, BlindTask
from annotations.domain.showing.presentation import SIZES
from annotations.models import Assignment, Criterion, Project, Rubric, Task
from annotations.views.stage import Stage, present_task

MADE_UP = 3  # answers where a task shows as many as there are


@dataclass(frozen=True, slots=True)
class Preview:
    """The page as HTML without anything that acts; `met` numbers its questions where raters meet one after another."""

    html: SafeString
    met: range


def render_preview(*, request: HttpRequest, draft: ProjectDraft, language: str) -> Preview:
    """The page of the draft's first rubric in this language."""
    with translation.override(language):
        project = Project(slug=draft.slug, content_warning=draft.content_warning)
        stage = _describe_stage(project, draft.rubrics[0], draft.language or language)
        context = {"project": project, "stage": stage}
        html = render_to_string("annotations/_preview.html", context, request=request)
    alone = stage.task is not None and stage.task.one_at_a_time
    return Preview(html, range(1, len(draft.rubrics[0].criteria) + 1 if alone else 1))


def _describe_stage(project: Project, draft: RubricDraft, language: str) -> Stage:
    rubric = Rubric(
        task_kind=draft.task_kind,
        labels=draft.labels,
        instructions=draft.instructions,
        one_at_a_time=draft.one_at_a_time,
    )
    task = Task(project=project, kind=draft.task_kind, rubric=rubric)
    criteria = tuple(
        build_criterion(spec, key, fractions=spec.fractions) for key, spec in draft.criteria.items()
    )
    for criterion in criteria:
        criterion.rubric = rubric
    assignment = Assignment(project=project, task=task)
    blind = _make_up_task(draft, criteria, language)
    return Stage("task", 0, False, present_task(assignment=assignment, blind=blind, previous={}))


def _make_up_task(draft: RubricDraft, criteria: tuple[Criterion, ...], language: str) -> BlindTask:
    texts = (
        _("The first answer will stand here, **formatted** as its system wrote it."),
        _("The second answer will stand here."),
        _("And one more."),
    )
    shown = SIZES.get(draft.task_kind, MADE_UP)
    return BlindTask(
        public_id=uuid.uuid4(),
        kind=draft.task_kind,
        turn=None,
        prompt=_("The question of an item will stand here."),
        turns=(),
        context="",
        reference=_("The reference answer") if any(c.options.get("show_reference") for c in criteria) else "",
        language=language,
        generations=tuple(
            BlindGeneration(label, text) for label, text in zip(LABELS, texts[:shown], strict=False)
        ),
        criteria=criteria,
    )
