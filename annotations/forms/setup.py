"""The whole form of a new project: the project and a list of questions that grows by buttons, without a script."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Self  # a description is JSON

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from annotations.domain.project_templates import ProjectTemplate
from annotations.domain.projects import ProjectDraft
from annotations.forms import criterion, project
from annotations.forms.by_language import split_languages
from annotations.forms.criterion import CriterionForm, open_criterion
from annotations.forms.project import ProjectForm
from annotations.forms.questions import (
    MOST_QUESTIONS,
    change_rows,
    describe_questions,
    open_rows,
    read_questions,
    send_named,
)
from evalplatform.common.errors import Fault, Invalid, PlatformError
from evalplatform.common.texts import choose_text

PATH = re.compile(r"rubrics\[0\]\.?(?:criteria\[(\d+)\]\.?)?([\w.]*)")


class ProjectSetup:
    """`project` and `criteria`, bound to what was sent or opened with what they begin with."""

    def __init__(self, project: ProjectForm, criteria: list[CriterionForm]) -> None:
        self.project, self.criteria = project, criteria

    @classmethod
    def open(cls, template: ProjectTemplate | None) -> Self:
        """As a template has it; without one, with one empty question."""
        language = get_language() or "en"
        first: dict[str, Any] = {"kind": "single", "overlap": 3, "look": language}
        rows: list[dict[str, Any]] = [{"answer": "score", "low": 1, "high": 5}]
        if template is not None:
            first |= {
                "kind": template.rubric["task_kind"],
                "overlap": template.overlap,
                "content_warning": choose_text(template.content_warning, language, ""),
                **split_languages(template.rubric["labels"], "rubric"),
                **split_languages(template.rubric["instructions"], "guidelines"),
            }
            rows = [open_criterion(each) for each in template.rubric["criteria"]]
        return cls(ProjectForm(initial=first), open_rows(rows))

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> Self:
        """As it was sent, to be checked."""
        return cls(ProjectForm(sent), read_questions(sent))

    @classmethod
    def change(cls, sent: Mapping[str, str], act: str) -> Self:
        """As it was sent, with one question more, less or moved up; nothing is checked yet."""
        rows = change_rows(sent, act, kind=sent.get("kind", ""))
        return cls(ProjectForm(initial=dict(sent.items())), open_rows(rows))

    def as_it_stands(self) -> "ProjectSetup":
        """The same as if it had just been sent, with a title, without its address and questions that have no name."""
        sent = send_named(self.project, self.criteria)
        return ProjectSetup.read(sent | {"title": sent.get("title") or "-", "slug": ""})

    @property
    def look(self) -> str:
        """The language that the preview is wanted in."""
        return self.project.choose_look()

    @property
    def can_grow(self) -> bool:
        return len(self.criteria) < MOST_QUESTIONS

    @property
    def has_errors(self) -> bool:
        return any(form.errors for form in self._forms())

    def read_draft(self) -> ProjectDraft | None:
        """The project, checked; None where something is wrong, which then stands beside its field."""
        if not all([form.is_valid() for form in self._forms()]):  # noqa: C419 - every form says what is wrong
            return None
        try:
            return ProjectDraft.read(self.project.describe(describe_questions(self.criteria)))
        except Invalid as error:
            self.show_faults(error)
            return None

    def show_faults(self, error: PlatformError) -> None:
        """Put each fault beside the field it is about."""
        for fault in error.faults:
            form, field = self._find_place(fault)
            form.add_error(field, _(fault.message))
        if not error.faults:
            self.project.add_error("slug", error.detail)

    def _find_place(self, fault: Fault) -> tuple[forms.Form, str | None]:
        found = PATH.fullmatch(fault.field)
        if found and found[1] and int(found[1]) < len(self.criteria):
            return self.criteria[int(found[1])], criterion.PLACES.get(found[2].partition(".")[0], "label_en")
        name = found[2] if found else fault.field
        place = project.PLACES.get(name, name)
        return self.project, place if place in self.project.fields else None

    def _forms(self) -> Iterator[forms.Form]:
        yield self.project
        yield from self.criteria
