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
from evalplatform.common.errors import Fault, Invalid, PlatformError
from evalplatform.common.texts import choose_text

MOST_QUESTIONS = 20
PATH = re.compile(r"rubrics\[0\]\.?(?:criteria\[(\d+)\]\.?)?([\w.]*)")
FLAGS = [name for name, field in CriterionForm.base_fields.items() if isinstance(field, forms.BooleanField)]


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
        return cls(ProjectForm(initial=first), _open_rows(rows))

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> Self:
        """As it was sent, to be checked."""
        count = len(_read_rows(sent))
        return cls(ProjectForm(sent), [CriterionForm(sent, prefix=f"c{n}") for n in range(count)])

    @classmethod
    def change(cls, sent: Mapping[str, str], act: str) -> Self:
        """As it was sent, with one question more, less or moved up; nothing is checked yet."""
        rows = _read_rows(sent)
        verb, _dash, place = act.partition("-")
        number = int(place) if place.isdecimal() and int(place) < len(rows) else None
        if verb == "add" and len(rows) < MOST_QUESTIONS:
            rows.append(
                {"answer": "pairwise" if sent.get("kind") == "pair" else "score", "low": 1, "high": 5}
            )
        elif verb == "remove" and number is not None and len(rows) > 1:
            rows.pop(number)
        elif verb == "up" and number:
            rows[number - 1 : number + 1] = [rows[number], rows[number - 1]]
        return cls(ProjectForm(initial=dict(sent.items())), _open_rows(rows))

    def as_it_stands(self) -> "ProjectSetup":
        """The same as if it had just been sent, with a title, without its address and questions that have no name."""
        named = [form for form in self.criteria if form["label_en"].value() or form["label_ru"].value()]
        held = {field.name: field.value() for field in self.project}
        for number, form in enumerate(named or self.criteria):
            held |= {f"c{number}-{field.name}": field.value() for field in form}
        sent = {name: str(value) for name, value in held.items() if value not in (None, False)}
        count = str(len(named or self.criteria))
        return ProjectSetup.read(sent | {"title": sent.get("title") or "-", "slug": "", "questions": count})

    @property
    def look(self) -> str:
        """The language that the preview is wanted in."""
        wanted = self.project["look"].value()
        return str(wanted) if wanted in dict(ProjectForm.base_fields["look"].choices) else "en"  # type: ignore[attr-defined]  # of a choice field

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
        criteria: list[dict[str, Any]] = []
        for form in self.criteria:
            criteria.append(form.describe({each["key"] for each in criteria}))
        try:
            return ProjectDraft.read(self.project.describe(criteria))
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


def _open_rows(rows: list[dict[str, Any]]) -> list[CriterionForm]:
    return [CriterionForm(initial=row, prefix=f"c{number}") for number, row in enumerate(rows)]


def _read_rows(sent: Mapping[str, str]) -> list[dict[str, Any]]:
    """The questions as they were sent, by name of the field; one at least."""
    count = sent.get("questions", "")
    rows = min(max(int(count), 1), MOST_QUESTIONS) if count.isdecimal() and len(count) < 4 else 1
    read = [{name: sent.get(f"c{n}-{name}", "") for name in CriterionForm.base_fields} for n in range(rows)]
    return [row | {name: bool(row[name]) for name in FLAGS} for row in read]
