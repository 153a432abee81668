"""The next version of a rubric: the form of its words and questions, opened with what the last one says."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Self  # a description is JSON

from django import forms
from django.utils.translation import get_language, gettext_lazy

from annotations.domain.projects.new_project import ProjectDraft, RubricDraft
from annotations.domain.versions.rubric_versions import describe_rubric, read_version
from annotations.forms import criterion
from annotations.forms.by_language import LANGUAGES, join_languages, split_languages
from annotations.forms.criterion import CriterionForm, list_words, open_criterion
from annotations.forms.questions import (
    MOST_QUESTIONS,
    change_rows,
    describe_questions,
    open_rows,
    read_questions,
    read_rows,
    send_named,
)
from annotations.forms.rubric_words import Look, RubricWords, open_asked
from annotations.models import Rubric
from evalplatform.common.errors import Fault, Invalid, PlatformError

PATH = re.compile(r"(?:criteria\[(\d+)\]\.?)?([\w.]*)")
PLACES = {"labels": "rubric_en", "instructions": "guidelines_en"}
TEXTS = ("labels", "question", "instructions")  # of a criterion, by language
HELD = ("name", "abstain", "strength", "reason", "score")  # of a criterion: what the form has no field for


class VersionWords(RubricWords, Look):
    """With what becomes of tasks that judges were asked before anybody else."""

    judged_anew = forms.BooleanField(
        required=False,
        label=gettext_lazy("Ask people by this version too what only judges have met"),
        help_text=gettext_lazy(
            "Such tasks are made anew; verdicts on the old ones stay with them. Judges have to be asked again, at"
            " their price, before they can be compared; runs that follow do that by themselves."
        ),
    )


class VersionSetup:
    """`words` and `criteria`, bound to what was sent or opened with what the rubric says now."""

    under = ""  # begins the names of fields and buttons

    def __init__(self, rubric: Rubric, words: VersionWords, criteria: list[CriterionForm]) -> None:
        self.rubric, self.words, self.criteria = rubric, words, criteria

    @classmethod
    def open(cls, rubric: Rubric) -> Self:
        """As the rubric is."""
        first = {
            "look": get_language() or "en",
            "asked": open_asked(rubric.one_at_a_time),
            **split_languages(rubric.labels, "rubric"),
            **split_languages(rubric.instructions, "guidelines"),
        }
        rows = [open_criterion(each) for each in describe_rubric(rubric)["criteria"]]
        return cls(rubric, VersionWords(initial=first), open_rows(rows))

    @classmethod
    def read(cls, rubric: Rubric, sent: Mapping[str, str]) -> Self:
        """As it was sent, to be checked."""
        return cls(rubric, VersionWords(sent), read_questions(sent))

    @classmethod
    def change(cls, rubric: Rubric, sent: Mapping[str, str], act: str) -> Self:
        """As it was sent, with one question more, less or moved up; nothing is checked yet."""
        rows = change_rows(read_rows(sent), act, kind=rubric.task_kind)
        return cls(rubric, VersionWords(initial=dict(sent.items())), open_rows(rows))

    @property
    def is_judged_anew(self) -> bool:
        """Of a valid form: whether people are asked what only judges have met."""
        return bool(self.words.cleaned_data["judged_anew"])

    @property
    def can_grow(self) -> bool:
        return len(self.criteria) < MOST_QUESTIONS

    @property
    def has_errors(self) -> bool:
        return any(form.errors for form in self._forms())

    def read_draft(self) -> RubricDraft | None:
        """The version, checked; None where something is wrong, which then stands beside its field."""
        if not all([form.is_valid() for form in self._forms()]):  # noqa: C419 - every form says what is wrong
            return None
        try:
            return read_version(rubric=self.rubric, stated=self._describe())
        except Invalid as error:
            self.show_faults(error)
            return None

    def read_preview(self) -> ProjectDraft | None:
        """As it stands, of questions that have a name, within its project; None where that is not right yet."""
        sent = send_named(self.words, self.criteria)
        draft = VersionSetup.read(self.rubric, sent).read_draft()
        project = self.rubric.project
        if draft is None:
            return None
        return ProjectDraft(
            slug=project.slug,
            title=project.title,
            description=project.description,
            language=project.language,
            rater_title={},
            content_warning=project.content_warning,
            pairing=project.pairing,
            overlap=project.overlap,
            rubrics=(draft,),
        )

    def show_faults(self, error: PlatformError) -> None:
        """Put each fault beside the field it is about."""
        for fault in error.faults:
            form, field = self._find_place(fault)
            form.add_error(field, fault.message)
        if not error.faults:
            self.words.add_error(None, error.detail)

    def _describe(self) -> dict[str, Any]:
        """As `make_version` takes it; what the form has no field for stays as it is."""
        before = describe_rubric(self.rubric)
        earlier = {each["key"]: each for each in before["criteria"]}
        cleaned = self.words.cleaned_data
        return {
            "labels": _keep_languages(before["labels"], join_languages(cleaned, "rubric")),
            "instructions": _keep_languages(before["instructions"], join_languages(cleaned, "guidelines")),
            "one_at_a_time": self.words.one_at_a_time,
            "criteria": [
                _keep_held(earlier.get(each["key"], {}), each) for each in describe_questions(self.criteria)
            ],
        }

    def _find_place(self, fault: Fault) -> tuple[forms.Form, str | None]:
        found = PATH.fullmatch(fault.field)
        if found and found[1] and int(found[1]) < len(self.criteria):
            return self.criteria[int(found[1])], criterion.PLACES.get(found[2].partition(".")[0], "label_en")
        return self.words, PLACES.get(fault.field)

    def _forms(self) -> Iterator[forms.Form]:
        yield self.words
        yield from self.criteria


def _keep_held(before: Mapping[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """A criterion as the form states it, with what an earlier one of its key says beyond the form."""
    kept = {name: before[name] for name in HELD if name in before}
    texts = {name: _keep_languages(before.get(name, {}), now.get(name, {})) for name in TEXTS}
    anchors = {
        value: _keep_languages(before.get("anchors", {}).get(value, {}), words)
        for value, words in now["anchors"].items()
    }
    choices: dict[str, Any] = {
        name: before[name]
        for name in ("severities", "categories")
        if name in now and list_words(before.get(name, ())) == now[name]
    }
    return {**kept, **now, **texts, "anchors": anchors, **choices}


def _keep_languages(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Texts by language: of languages that the form has no field for, those that were there."""
    return {**{key: text for key, text in before.items() if key not in LANGUAGES}, **now}
