"""The whole form of a new project: the project and its rubrics, lists that grow by buttons, without a script."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, Self  # a description is JSON

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from annotations.domain.project_templates import ProjectTemplate
from annotations.domain.projects.new_project import USUAL_TASKS, ProjectDraft
from annotations.forms import criterion, project
from annotations.forms.project import WHOLE, ProjectForm
from annotations.forms.questions import change_rows
from annotations.forms.rubric_part import PartRows, RubricPart, name_part
from annotations.models import TaskKind
from evalplatform.common.errors import Fault, Invalid, PlatformError
from evalplatform.common.texts import choose_text

MOST_RUBRICS: Final = 5  # of the form; the API takes more
PATH: Final = re.compile(r"rubrics\[(\d+)\]\.?(?:criteria\[(\d+)\]\.?)?([\w.]*)")
ACT: Final = re.compile(r"(?:r(\d)-)?(add|remove|up)(-\d+)?")  # on questions of a rubric
WORDS: Final = {
    "task_kind": "kind",
    "labels": "rubric_en",
    "instructions": "guidelines_en",
    "one_at_a_time": "asked",
}


class ProjectSetup:
    """`project` and `rubrics`, bound to what was sent or opened with what they begin with."""

    def __init__(self, project: ProjectForm, rubrics: list[RubricPart]) -> None:
        self.project, self.rubrics = project, rubrics

    @classmethod
    def open(cls, template: ProjectTemplate | None) -> Self:
        """As a template has it; without one, with one empty question."""
        language = get_language() or "en"
        first: dict[str, Any] = {"overlap": 3, "look": language}
        held = [PartRows.begin(TaskKind.SINGLE)]
        if template is not None:
            held = [PartRows.describe(rubric) for rubric in template.rubrics]
            warning = choose_text(template.content_warning, language, "")
            first |= {"overlap": template.overlap, "content_warning": warning}
        return cls(ProjectForm(initial=first), _open(held))

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> Self:
        """As it was sent, to be checked."""
        rubrics = [RubricPart.read(number, sent) for number in range(_count(sent))]
        has_pairs = any(part.words["kind"].value() == TaskKind.PAIR for part in rubrics)
        return cls(ProjectForm(sent, has_pairs=has_pairs), rubrics)

    @classmethod
    def change(cls, sent: Mapping[str, str], act: str) -> Self:
        """As it was sent, with a rubric or a question more, less or moved up; nothing is checked yet."""
        held = _change([PartRows.read(sent, name_part(number)) for number in range(_count(sent))], act)
        return cls(ProjectForm(initial=dict(sent.items())), _open(held))

    def alone(self, part: RubricPart) -> "ProjectSetup":
        """The project with this rubric alone, as if it had just been sent, for a look at it.

        With a title, without its address and questions that have no name.
        """
        held = {field.name: field.value() for field in self.project}
        sent = {name: str(value) for name, value in held.items() if value is not None}
        return ProjectSetup.read({**sent, **part.send_first(), "title": sent.get("title") or "-", "slug": ""})

    @property
    def look(self) -> str:
        """The language that the preview is wanted in."""
        return self.project.choose_look()

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """What a rubric that is added may show raters; none where there are as many as can be."""
        if len(self.rubrics) >= MOST_RUBRICS:
            return []
        return [(kind.value, str(kind.label)) for kind in USUAL_TASKS]

    @property
    def has_errors(self) -> bool:
        return any(form.errors for form in self._forms())

    def read_draft(self) -> ProjectDraft | None:
        """The project, checked; None where something is wrong, which then stands beside its field."""
        if not all([form.is_valid() for form in self._forms()]):  # noqa: C419 - every form says what is wrong
            return None
        try:
            return ProjectDraft.read(self._describe())
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

    def _describe(self) -> dict[str, Any]:
        rubrics: list[dict[str, Any]] = []
        for part in self.rubrics:
            keys = [each["key"] for each in rubrics]
            taken = [criterion["key"] for each in rubrics for criterion in each["criteria"]]
            rubrics.append(part.describe(keys=keys, taken=taken))
        turns = [part.words.cleaned_data["turns"] or WHOLE for part in self.rubrics]
        return self.project.describe(rubrics, turns)

    def _find_place(self, fault: Fault) -> tuple[forms.Form, str | None]:
        found = PATH.fullmatch(fault.field)
        if found is None or int(found[1]) >= len(self.rubrics):
            place = project.PLACES.get(fault.field, fault.field)
            return self.project, place if place in self.project.fields else None
        part, name = self.rubrics[int(found[1])], found[3].partition(".")[0]
        if found[2] and int(found[2]) < len(part.criteria):
            return part.criteria[int(found[2])], criterion.PLACES.get(name, "label_en")
        return part.words, WORDS.get(name, "rubric_en" if name == "key" else None)

    def _forms(self) -> Iterator[forms.Form]:
        yield self.project
        for part in self.rubrics:
            yield from part.forms()


def _open(held: list[PartRows]) -> list[RubricPart]:
    return [RubricPart.open(number, each) for number, each in enumerate(held)]


def _count(sent: Mapping[str, str]) -> int:
    count = sent.get("rubrics", "")
    return min(max(int(count), 1), MOST_RUBRICS) if count.isdecimal() and len(count) < 4 else 1


def _change(held: list[PartRows], act: str) -> list[PartRows]:
    """The rubrics with one more (`rubric-pair`), less (`drop-1`), or with another list of questions."""
    verb, _dash, place = act.partition("-")
    if verb == "rubric" and place in TaskKind.values and len(held) < MOST_RUBRICS:
        return [*held, PartRows.begin(place)]
    if verb == "drop" and place.isdecimal() and len(place) < 4 and int(place) < len(held) > 1:
        return held[: int(place)] + held[int(place) + 1 :]
    if (found := ACT.fullmatch(act)) and int(found[1] or 0) < len(held):
        part = held[int(found[1] or 0)]
        part.rows = change_rows(part.rows, f"{found[2]}{found[3] or ''}", kind=str(part.words["kind"]))
    return held
