"""What a plan says: its question, the figure that answers it, and every other figure that was planned."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self  # a plan as stated is JSON

from annotations.domain.formats.fields import read_text, refuse_unknown
from evalplatform.common.errors import Invalid
from evalplatform.reports.rows import Row

LONGEST = 10_000
LONGEST_NAME = 420
MOST_FIGURES = 100
LARGEST_MARGIN = 1e6
WORDS = ("question", "exclusions", "stopping")
RULES = ("", "tie", "dropped", "disagree")
INFERENCES = ("", "these_raters", "rater_population")
SETS = ("people", "person", "simulated", "judge", "panel", "metric", "reference")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure of the results by its descriptive fields; of `system`, `rule` and `inference`, empty means each."""

    statistic: str
    criterion: str
    raters: str
    against: str = ""
    system: str = ""
    rule: str = ""
    inference: str = ""

    @classmethod
    def read(cls, stated: Mapping[str, Any], *, criterion: str = "") -> Self:
        """Raises Invalid with the field that is wrong."""
        refuse_unknown(stated, tuple(field.name for field in fields(cls)))
        held = {field.name: _read_name(stated, field.name) for field in fields(cls)}
        held["criterion"] = held["criterion"] or criterion
        for name in ("statistic", "criterion", "raters"):
            if not held[name]:
                raise Invalid.at("is missing", field=name)
        _refuse_others(held, "rule", RULES)
        _refuse_others(held, "inference", INFERENCES)
        for name in ("raters", "against"):
            family = held[name].partition(":")[0].removeprefix("simulated-")
            _refuse_others({name: family}, name, ("", *SETS))
        return cls(**held)

    def covers(self, row: Row) -> bool:
        """Whether this row, over all tasks, is the figure or one of its kind."""
        return (
            not row.slice
            and (row.statistic, row.criterion, row.raters) == (self.statistic, self.criterion, self.raters)
            and (row.against or "") == self.against
            and self.system in ("", row.system)
            and self.rule in ("", row.rule)
            and self.inference in ("", row.inference)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDraft:
    """A plan, checked. `primary` is the estimand that answers `question`; `margin` is in its units.

    `family` holds what else is planned, to be read together with it.
    """

    question: str
    primary: Figure
    margin: float | None
    family: tuple[Figure, ...]
    exclusions: str
    stopping: str

    @classmethod
    def read(cls, stated: Mapping[str, Any]) -> Self:
        """Raises Invalid with the field that is wrong."""
        refuse_unknown(stated, tuple(field.name for field in fields(cls)))
        words = {name: read_text(stated, name, longest=LONGEST) or "" for name in WORDS}
        if not words["question"].strip():
            raise Invalid.at("is missing", field="question")
        primary = _read_figure(stated.get("primary"), "primary")
        return cls(
            **words,
            primary=primary,
            margin=_read_margin(stated.get("margin")),
            family=_read_family(stated.get("family") or [], primary.criterion),
        )

    def describe(self) -> dict[str, Any]:
        """The plan as plain JSON: what is hashed, kept and shown."""
        return {**asdict(self), "family": [asdict(figure) for figure in self.family]}

    def covers(self, row: Row) -> bool:
        """Whether the figure was planned."""
        return any(figure.covers(row) for figure in (self.primary, *self.family))


def _read_family(stated: object, criterion: str) -> tuple[Figure, ...]:
    if not isinstance(stated, list) or len(stated) > MOST_FIGURES:
        raise Invalid.at(f"a list of at most {MOST_FIGURES} figures is wanted", field="family")
    return tuple(
        _read_figure(each, f"family[{number}]", criterion=criterion) for number, each in enumerate(stated)
    )


def _read_figure(stated: object, place: str, *, criterion: str = "") -> Figure:
    if not isinstance(stated, Mapping):
        raise Invalid.at("an object of statistic, criterion, raters is wanted", field=place)
    try:
        return Figure.read(stated, criterion=criterion)
    except Invalid as error:
        fault = error.faults[0]
        raise Invalid.at(fault.message, field=f"{place}.{fault.field}") from None


def _read_name(stated: Mapping[str, Any], field: str) -> str:
    return (read_text(stated, field, longest=LONGEST_NAME) or "").strip()


def _read_margin(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LARGEST_MARGIN:
        raise Invalid.at("a number from 0 to 1000000 is wanted", field="margin")
    return float(value) + 0.0  # no negative nought: PostgreSQL keeps none, and the hash must stay


def _refuse_others(held: Mapping[str, str], name: str, known: tuple[str, ...]) -> None:
    if held[name] not in known:
        raise Invalid.at(f"one of {', '.join(filter(None, known))} is wanted", field=name)
