"""A new judge: who answers, what it is asked about, and how."""

from dataclasses import dataclass
from typing import Any  # cleaned data and parameters are any values

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from annotations.models import Project
from annotations.queries.rater_groups import PEOPLE, list_raters
from evalplatform.common.form_fields import find_field
from judges.engine.versions.prompt_fit import resolve_prompt
from judges.engine.versions.register import create_judge
from judges.forms.judge_provider import ProviderFields
from judges.forms.judge_verdict import VerdictFields
from judges.forms.labellers import list_labellers
from judges.models import Connection, Judge, Protocol, Provider
from judges.prompts import list_library
from judges.protocols import recipe as names
from judges.providers.builtin import BUILTINS
from judges.queries.connections import list_granted
from judges.queries.prompts import list_prompts

BASICS = ("name", "source", "model", "protocol", "prompt")
PRICES = ("price_in", "price_out", "price_cached", "price_written", "price_batch_in", "price_batch_out")
LIMITS = ("calls_in_flight", "requests_per_minute", "tokens_per_minute", "context_window")
CRITIQUES, EXAMPLES = ("critiques", "critique_levels", "principles"), (names.EXAMPLES, *names.OF_EXAMPLES)
# A measure that is built in may have the others: a seed, orders, whether it sees the reference.
OF_ANY = ("seed", "orders", "reference", "needs_reference", "family", "rationale", "reasoning")
CONNECTION, BUILTIN = "connection:", "builtin:"


PARAMETERS = (*VerdictFields.base_fields, *ProviderFields.base_fields)
WRITTEN = ("rationale", "reasoning", "principles")  # in terms of each other, or as lines


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together, folded until something is wrong with one."""

    title: str
    fields: list[forms.BoundField]

    @property
    def has_errors(self) -> bool:
        return any(field.errors for field in self.fields)


class JudgeForm(VerdictFields, ProviderFields):
    """Every field says what it means; parameters that are left empty are left to the provider."""

    name = forms.CharField(
        max_length=200,
        label=gettext_lazy("Name"),
        help_text=gettext_lazy(
            "As it will stand in reports. A judge never changes: "
            "asked in another way, the same model is its next version."
        ),
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Who answers"),
        help_text=gettext_lazy("A model behind a connection, or a measure that needs none."),
    )
    model = forms.CharField(
        max_length=200,
        required=False,
        label=gettext_lazy("Model"),
        help_text=gettext_lazy(
            "As the provider names it, with its date where it has one: gpt-4.1-mini-2025-04-14."
        ),
    )
    protocol = forms.ChoiceField(
        choices=Protocol.choices,
        label=gettext_lazy("What it is asked about"),
        help_text=gettext_lazy(
            "Pairs are asked in both orders and rankings in balanced ones, so that a liking for a place shows."
        ),
    )
    prompt = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Judge's prompt"),
        help_text=gettext_lazy("It is filled with the rubric, the question and the answers of each task."),
    )

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        self.project = project
        self._connections = {str(held.public_id): held for held in list_granted(project).order_by("name")}
        find_field(self, "source", forms.ChoiceField).choices = self._list_sources()
        find_field(self, "prompt", forms.ChoiceField).choices = self._list_prompts()
        labels = find_field(self, names.EXAMPLES_BY, forms.ChoiceField)
        labels.choices = [("", _("choose")), *list_labellers(list_raters(project=project), always=[PEOPLE])]

    @property
    def basics(self) -> list[forms.BoundField]:
        """What must be said."""
        return [self[name] for name in BASICS]

    @property
    def groups(self) -> list[Group]:
        """What may be left as it is."""
        apart = (*CRITIQUES, *EXAMPLES)
        verdict = [name for name in VerdictFields.base_fields if name not in apart]
        provider = [name for name in ProviderFields.base_fields if name not in (*PRICES, *LIMITS)]
        parts = (
            (_("How it comes to a verdict"), verdict),
            (_("Critiques and principles"), CRITIQUES),
            (_("Examples"), EXAMPLES),
            (_("How the model is asked"), provider),
            (_("Limits"), LIMITS),
            (_("Prices"), PRICES),
        )
        return [Group(title, [self[name] for name in held]) for title, held in parts]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        source = cleaned.get("source", "")
        if source.startswith(BUILTIN):
            self._refuse_model_fields(cleaned)
        elif source and not cleaned.get("model") and not self._is_local(source):
            self.add_error("model", _("A model behind a connection has a name."))
        if (cleaned.get("price_in") is None) != (cleaned.get("price_out") is None):
            lacking = "price_in" if cleaned.get("price_in") is None else "price_out"
            self.add_error(lacking, _("Both prices or neither."))
        return cleaned

    def create(self) -> Judge:
        """The judge. Raises PlatformError as `create_judge` does."""
        cleaned = self.cleaned_data
        source = cleaned["source"]
        connection = self._find_connection(source)
        prompt = cleaned["prompt"]
        return create_judge(
            project=self.project,
            name=cleaned["name"],
            protocol=cleaned["protocol"],
            builtin=source.removeprefix(BUILTIN) if connection is None else "",
            connection=connection,
            model=cleaned["model"],
            prompt=resolve_prompt(project=self.project, name=prompt) if prompt else None,
            parameters=self._read_parameters(is_model=connection is not None),
        )

    def _read_parameters(self, *, is_model: bool) -> dict[str, Any]:
        told = {name: self.cleaned_data[name] for name in PARAMETERS if name not in WRITTEN}
        held = {name: value for name, value in told.items() if value not in (None, "")}
        if is_model and not self.cleaned_data["rationale"]:
            held["rationale"] = False
        if self.cleaned_data["reasoning"]:
            held["reasoning"] = True
            if self.cleaned_data["rationale"]:
                held["rationale"] = True
        return held | self._read_principles(self.cleaned_data["principles"].split("\n"))

    def _read_principles(self, lines: list[str]) -> dict[str, Any]:
        """Each line that says something as a principle in the project's language, numbered."""
        texts = [text for line in lines if (text := line.strip())]
        language = self.project.language.partition("-")[0] or "en"
        named = [{"key": f"principle-{n}", "text": {language: text}} for n, text in enumerate(texts, 1)]
        return {"principles": named} if named else {}

    def _refuse_model_fields(self, cleaned: dict[str, Any]) -> None:
        for name in ("model", "prompt", *(name for name in PARAMETERS if name not in OF_ANY)):
            if cleaned.get(name) not in (None, ""):
                self.add_error(name, _("A measure that is built in has none: leave it empty."))

    def _find_connection(self, source: str) -> Connection | None:
        return (
            self._connections.get(source.removeprefix(CONNECTION)) if source.startswith(CONNECTION) else None
        )

    def _is_local(self, source: str) -> bool:
        connection = self._find_connection(source)
        return connection is not None and connection.provider == Provider.LOCAL

    def _list_prompts(self) -> list[tuple[str, Any]]:
        """The project's own, newest versions, and those of the library that it has not taken up."""
        own = sorted(set(list_prompts(self.project).values_list("key", flat=True)))
        language = (get_language() or "en").partition("-")[0]
        library = [
            (each.name, f"{each.name}: {each.purpose.get(language, each.purpose['en'])}")
            for each in list_library()
            if each.name not in own
        ]
        groups: list[tuple[str, Any]] = [("", _("the platform's own"))]
        if own:
            groups.append((_("Of this project"), [(key, key) for key in own]))
        return [*groups, (_("Of the library"), library)]

    def _list_sources(self) -> list[tuple[str, Any]]:
        models = [
            (f"{CONNECTION}{key}", f"{held.name} ({held.get_provider_display()})")
            for key, held in self._connections.items()
        ]
        measures = [
            (f"{BUILTIN}{name}", f"{name}: {', '.join(sorted(str(Protocol(p).label) for p in protocols))}")
            for name, protocols in BUILTINS.items()
        ]
        groups: list[tuple[str, Any]] = [("", _("choose"))]
        if models:
            groups.append((_("Models"), models))
        return [*groups, (_("Built in"), measures)]
