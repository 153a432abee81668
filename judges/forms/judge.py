"""A new judge: who answers, what it is asked about, and how."""

from typing import Any  # cleaned data and parameters are any values

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from annotations.models import Project
from evalplatform.common.hashing import LARGEST_SEED
from judges.engine.parameters import INTEGERS, NUMBERS
from judges.engine.prompt_fit import resolve_prompt
from judges.engine.register import create_judge
from judges.models import Connection, Judge, Protocol, Provider
from judges.prompts import list_library
from judges.providers.builtin import BUILTINS
from judges.queries.connections import list_granted
from judges.queries.prompts import list_prompts

MODELS_ONLY = (
    "model", "prompt", "temperature", "max_tokens", "calls_in_flight", "price_in", "price_out", "samples", "examples",
    "examples_by", "examples_share", "examples_seed", "principles",
)  # fmt: skip
WHOLE = ("seed", "max_tokens", "calls_in_flight", "samples", "examples", "examples_seed")
FRACTION = ("temperature", "price_in", "price_out", "examples_share")
CONNECTION, BUILTIN = "connection:", "builtin:"


class JudgeForm(forms.Form):
    """Every field says what it means; parameters that are left empty are left to the provider."""

    name = forms.CharField(
        max_length=200,
        label=gettext_lazy("Name"),
        help_text=gettext_lazy(
            "As it will stand in reports. A judge never changes: a new version is a new name."
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
        label=gettext_lazy("Prompt"),
        help_text=gettext_lazy("It is filled with the rubric, the question and the answers of each task."),
    )
    rationale = forms.BooleanField(
        required=False,
        initial=True,
        label=gettext_lazy("Explain before the verdict"),
        help_text=gettext_lazy("A short reason for each criterion. It costs tokens, and can be read."),
    )
    reasoning = forms.BooleanField(
        required=False,
        label=gettext_lazy("Think step by step first"),
        help_text=gettext_lazy(
            "The thoughts are kept as the reason, unless a short one is asked for as well."
        ),
    )
    samples = forms.IntegerField(
        required=False,
        min_value=INTEGERS["samples"][0],
        max_value=INTEGERS["samples"][1],
        label=gettext_lazy("Calls for one verdict"),
        help_text=gettext_lazy(
            "Several decide by vote, or by mean, and each is paid for. Once if left empty."
        ),
    )
    principles = forms.CharField(
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=gettext_lazy("Principles, one a line"),
        help_text=gettext_lazy(
            "The answer is held to each, criticised, revised and rated again: four calls. Single answers only."
        ),
    )
    examples = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=INTEGERS["examples"][1],
        label=gettext_lazy("Examples it is shown"),
        help_text=gettext_lazy(
            "Tasks with their labels, drawn now from items that it then never rates. None if left empty."
        ),
    )
    examples_by = forms.CharField(
        required=False,
        max_length=100,
        label=gettext_lazy("Whose labels they have"),
        help_text=gettext_lazy("people, people:expert, reference:gold. People's if left empty."),
    )
    examples_share = forms.FloatField(
        required=False,
        min_value=NUMBERS["examples_share"][0],
        max_value=NUMBERS["examples_share"][1],
        label=gettext_lazy("Share of items kept for them"),
        help_text=gettext_lazy("These items are in none of its figures. 0.2 if left empty."),
    )
    examples_seed = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=LARGEST_SEED,
        label=gettext_lazy("Seed of that share"),
        help_text=gettext_lazy("Judges with the same share and seed keep the same items. 0 if left empty."),
    )
    temperature = forms.FloatField(
        required=False,
        min_value=0,
        max_value=2,
        label=gettext_lazy("Temperature"),
        help_text=gettext_lazy(
            "0 says nearly the same each time; higher varies more. Some models refuse it."
        ),
    )
    seed = forms.IntegerField(
        required=False,
        min_value=-(2**31),
        max_value=2**31 - 1,
        label=gettext_lazy("Seed"),
        help_text=gettext_lazy("A number that makes repeats more alike, where the model knows it."),
    )
    max_tokens = forms.IntegerField(
        required=False,
        min_value=INTEGERS["max_tokens"][0],
        max_value=INTEGERS["max_tokens"][1],
        label=gettext_lazy("Longest answer, in tokens"),
        help_text=gettext_lazy("1024 if left empty. Models that think first need more, or are cut off."),
    )
    calls_in_flight = forms.IntegerField(
        required=False,
        min_value=INTEGERS["calls_in_flight"][0],
        max_value=INTEGERS["calls_in_flight"][1],
        label=gettext_lazy("Calls at a time"),
        help_text=gettext_lazy("More is faster, up to the provider's limit, which is respected anyway."),
    )
    price_in = forms.FloatField(
        required=False,
        min_value=NUMBERS["price_in"][0],
        max_value=1e6,
        label=gettext_lazy("Price of a million tokens in, USD"),
        help_text=gettext_lazy("Only for a model whose price is not known here; a budget needs one."),
    )
    price_out = forms.FloatField(
        required=False,
        min_value=NUMBERS["price_out"][0],
        max_value=1e6,
        label=gettext_lazy("Price of a million tokens out, USD"),
        help_text=gettext_lazy("Both prices or neither."),
    )

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        self.project = project
        self._connections = {str(held.public_id): held for held in list_granted(project).order_by("name")}
        source = self.fields["source"]
        assert isinstance(source, forms.ChoiceField)  # noqa: S101 - declared above
        source.choices = self._list_sources()
        prompt = self.fields["prompt"]
        assert isinstance(prompt, forms.ChoiceField)  # noqa: S101 - declared above
        prompt.choices = self._list_prompts()

    @property
    def basics(self) -> list[forms.BoundField]:
        """What must be said."""
        return [self[name] for name in ("name", "source", "model", "protocol", "prompt")]

    @property
    def further(self) -> list[forms.BoundField]:
        """What may be left as it is."""
        return [field for field in self if field not in self.basics]

    @property
    def has_further_errors(self) -> bool:
        return any(field.errors for field in self.further)

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
        given = {name: self.cleaned_data[name] for name in (*WHOLE, *FRACTION)}
        held = {name: value for name, value in given.items() if value is not None}
        if is_model and not self.cleaned_data["rationale"]:
            held["rationale"] = False
        if self.cleaned_data["reasoning"]:
            held["reasoning"] = True
            if self.cleaned_data["rationale"]:
                held["rationale"] = True
        if labels_by := self.cleaned_data["examples_by"]:
            held["examples_by"] = labels_by
        return held | self._read_principles(self.cleaned_data["principles"].split("\n"))

    def _read_principles(self, lines: list[str]) -> dict[str, Any]:
        """Each line that says something as a principle in the project's language, numbered."""
        texts = [text for line in lines if (text := line.strip())]
        language = self.project.language.partition("-")[0] or "en"
        named = [{"key": f"principle-{n}", "text": {language: text}} for n, text in enumerate(texts, 1)]
        return {"principles": named} if named else {}

    def _refuse_model_fields(self, cleaned: dict[str, Any]) -> None:
        for name in MODELS_ONLY:
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
