"""A report's results: worked out from the ledger as it is now, remembered as long as the ledger stays the same."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self  # a stored wish is JSON

from django.core.cache import cache

from annotations.models import Project
from annotations.queries.criteria import CriterionRow
from annotations.queries.rater_groups import list_specimens
from annotations.queries.rating_set import Slice
from annotations.queries.rating_table import get_criterion
from annotations.queries.waves import Inclusion
from evalplatform.agreement import AgreementError
from evalplatform.agreement.sharing import share_work
from evalplatform.common.errors import Invalid
from evalplatform.common.hashing import canonical_json, hash_content
from evalplatform.reports.plans.frozen import FrozenPlan, find_plan
from evalplatform.reports.questions.question import Question
from evalplatform.reports.questions.registry import list_questions
from evalplatform.reports.questions.subject import Subject
from evalplatform.reports.rows import Row, sort_rows
from evalplatform.reports.snapshots.inputs import Inputs, read_inputs
from evalplatform.reports.snapshots.named import NAMED
from evalplatform.reports.snapshots.version import code_version

SEED = 0
RESAMPLES = 1000
DAY = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which part of a report is wanted: the headline or all figures, of all or some criteria, raters, slices."""

    is_full: bool = False
    criterion: str | None = None
    raters: str | None = None
    slice: Slice | None = None
    statistics: tuple[str, ...] = field(default=())

    def covers(self, question: Question) -> bool:
        """Whether the question is one of those wanted."""
        return (
            (self.is_full or question.is_headline)
            and (self.raters is None or self.raters in (question.raters, question.against))
            and (self.slice is None or _is_same(self.slice, question.slice))
            and (not self.statistics or question.statistic in self.statistics)
        )

    @property
    def needs_names(self) -> bool:
        """Whether slices by masked names may be among them; the texts of all answers are read for these."""
        return self.is_full or NAMED in (self.slice or {})

    def describe(self) -> dict[str, object]:
        """The wish as plain JSON, as a frozen report keeps it."""
        return {
            "is_full": self.is_full,
            "criterion": self.criterion,
            "raters": self.raters,
            "slice": None if self.slice is None else dict(self.slice),
            "statistics": list(self.statistics),
        }

    @classmethod
    def read(cls, described: Mapping[str, Any]) -> Self:
        """The wish that `describe` wrote."""
        return cls(**{**described, "statistics": tuple(described["statistics"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Results with everything needed to work them out again."""

    project: str
    inputs_hash: str
    code_version: str
    seed: int
    rows: tuple[Row, ...]
    levels: Mapping[str, str] = field(default_factory=dict)  # what each criterion states; for the words
    specimens: frozenset[str] = frozenset()  # raters too weak to be relied on; for the words
    plan: FrozenPlan | None = None

    def to_dict(self) -> dict[str, object]:
        held = {
            "project": self.project,
            "inputs_hash": self.inputs_hash,
            "code_version": self.code_version,
            "seed": self.seed,
        }
        if self.plan is None:
            return {**held, "results": [row.to_dict() for row in self.rows]}
        rows = [{**row.to_dict(), "standing": self.plan.judge(row).value} for row in self.rows]
        return {**held, "plan": self.plan.describe(), "results": rows}

    def to_bytes(self) -> bytes:
        """Canonical JSON: the same inputs, code and seed give the same bytes."""
        return canonical_json(self.to_dict())


def take_snapshot(*, project: Project, wanted: Wanted | None = None, seed: int = SEED) -> Snapshot:
    """The results of a project now. Raises Missing for a criterion that is not there."""
    wanted = wanted or Wanted()
    criterion = get_criterion(project=project, name=wanted.criterion) if wanted.criterion else None
    inputs = read_inputs(project=project, criterion=criterion)
    inputs_hash = inputs.hash
    key = f"report:{hash_content([inputs_hash, code_version(), seed, wanted.describe()])}"
    rows: tuple[Row, ...] | None = cache.get(key)
    if rows is None:
        with share_work():
            rows = tuple(sort_rows(question.work_out() for question in _ask(inputs, wanted, seed)))
        cache.set(key, rows, DAY)
    return Snapshot(
        project=project.slug,
        inputs_hash=inputs_hash,
        code_version=code_version(),
        seed=seed,
        rows=rows,
        levels={held.name: held.level for held in inputs.criteria},
        specimens=list_specimens(project=project),
        plan=find_plan(project=project),
    )


def _ask(inputs: Inputs, wanted: Wanted, seed: int) -> Iterator[Question]:
    for criterion in inputs.criteria:
        for question in list_questions(_subject(inputs, criterion, seed, wanted.needs_names)):
            if wanted.covers(question):
                yield question


def _subject(inputs: Inputs, criterion: CriterionRow, seed: int, with_names: bool) -> Subject:
    try:
        return Subject(
            ratings=inputs.sort_out(criterion, with_names=with_names),
            families=inputs.families,
            answers=inputs.answers,
            seed=seed,
            resamples=RESAMPLES,
            panels=inputs.panels,
            inclusion=_name_units(inputs),
            is_exploratory=inputs.is_exploratory,
        )
    except AgreementError as error:
        raise Invalid(f"{criterion.name}: {error}.") from error


def _name_units(inputs: Inputs) -> dict[str, Inclusion] | None:
    if inputs.inclusion is None:
        return None
    return {inputs.tasks[pk].unit: found for pk, found in inputs.inclusion.items()}


def _is_same(asked: Slice, part: Slice) -> bool:
    """Whether a slice is meant; asked for as text, `1` is the number as well as the word."""
    return asked.keys() == part.keys() and all(
        _write(asked[key]) == _write(value) or asked[key] in (str(value), _write(value))
        for key, value in part.items()
    )


def _write(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
