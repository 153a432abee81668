"""Projects from a description: rubrics with their criteria, pairing policy, overlap."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self  # a description is JSON

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from annotations.domain.asking.pairing import Pairing
from annotations.domain.asking.rubrics import create_rubric
from annotations.domain.formats.criteria import (
    CriterionSpec,
    Texts,
    read_by_language,
    read_criterion,
    read_language,
)
from annotations.domain.formats.faults import FaultLog
from annotations.domain.formats.fields import (
    describe,
    need_name,
    read_flag,
    read_mapping,
    read_text,
    refuse_unknown,
)
from annotations.domain.formats.stored_criterion import build_criterion
from annotations.domain.projects.members import add_member
from annotations.models import Project, Role, TaskKind
from annotations.models.project import SLUG
from evalplatform.accounts.audit import record_event
from evalplatform.accounts.models import User
from evalplatform.common.errors import Conflict, Invalid
from evalplatform.common.jsonl import check_storable

KEYS: Final = (
    "slug", "title", "description", "language", "rater_title", "content_warning", "pairing", "overlap", "rubrics",
)  # fmt: skip
RUBRIC_KEYS: Final = ("key", "task_kind", "labels", "instructions", "one_at_a_time", "criteria")
CRITERION_KEYS: Final = (
    "key", "name", "task", "level", "values", "scale", "fractions", "required", "labels", "question", "instructions",
    "anchors", "severities", "categories", "not_applicable", "abstain", "strength", "show_reference", "reason",
)  # fmt: skip
PAIRING_KEYS: Final = ("policy", "system", "n", "seed", "turns", "k")
USUAL_TASKS: Final = {TaskKind.SINGLE: "score", TaskKind.PAIR: "pairwise", TaskKind.RANKING: "ranking"}
LARGEST_OVERLAP, MOST_RUBRICS, MOST_CRITERIA = 1000, 50, 200


@dataclass(frozen=True, slots=True)
class RubricDraft:
    """A rubric, checked; criteria by their keys, in order."""

    key: str
    task_kind: TaskKind
    labels: Texts
    instructions: Texts
    criteria: Mapping[str, CriterionSpec]
    one_at_a_time: bool = False


@dataclass(frozen=True, slots=True)
class ProjectDraft:
    """A project, checked."""

    slug: str
    title: str
    description: str
    language: str
    rater_title: Texts
    content_warning: str
    pairing: dict[str, Any]
    overlap: int
    rubrics: tuple[RubricDraft, ...]

    @classmethod
    def read(cls, stated: object) -> Self:
        """Raises Invalid with every fault and its field."""
        if not isinstance(stated, dict):
            raise Invalid(f"An object that describes a project is wanted, not {describe(stated)}.")
        log, found = FaultLog(), {}
        for field, read in _READERS.items():
            try:
                found[field] = read(stated)
            except Invalid as error:
                log.add(error.faults[0])
        found["rubrics"] = tuple(read_rubrics(stated, found.get("language") or "en", log))
        log.refuse()
        _check_turns(found["pairing"], [rubric.key for rubric in found["rubrics"]])
        found.pop("")
        return cls(**found)


@transaction.atomic
def create_project(*, draft: ProjectDraft, user: User) -> Project:
    """The project with its rubrics; `user` becomes its researcher. Raises Conflict where the slug is taken."""
    project = _store_project(draft, user)
    for rubric in draft.rubrics:
        criteria = [
            build_criterion(spec, key, fractions=spec.fractions) for key, spec in rubric.criteria.items()
        ]
        create_rubric(
            project=project,
            key=rubric.key,
            task_kind=rubric.task_kind,
            labels=rubric.labels,
            instructions=rubric.instructions,
            one_at_a_time=rubric.one_at_a_time,
            criteria=criteria,
        )
    record_event(
        actor=user,
        action="create_project",
        target="project",
        target_id=project.public_id,
        project=project.public_id,
        details={"slug": project.slug},
    )
    add_member(project=project, user=user, role=Role.RESEARCHER, actor=user)
    return project


def _store_project(draft: ProjectDraft, user: User) -> Project:
    try:
        with transaction.atomic():
            return Project.objects.create(
                slug=draft.slug,
                title=draft.title,
                description=draft.description,
                language=draft.language,
                manifest={"rater_title": draft.rater_title} if draft.rater_title else {},
                content_warning=draft.content_warning,
                pairing=draft.pairing,
                overlap=draft.overlap,
                created_by=user,
            )
    except IntegrityError:
        raise Conflict(f"There is already a project {draft.slug!r}.") from None


def _read_all(stated: Mapping[str, Any]) -> None:
    check_storable(stated)
    refuse_unknown(stated, KEYS)


def _read_slug(stated: Mapping[str, Any], field: str = "slug") -> str:
    slug = need_name(stated, field)
    try:
        SLUG(slug)
    except ValidationError:
        raise Invalid.at("small letters, digits and single hyphens are wanted", field=field) from None
    if len(slug) > 64:
        raise Invalid.at("longer than 64 characters", field=field)
    return slug


def _read_pairing(stated: Mapping[str, Any]) -> dict[str, Any]:
    pairing = read_mapping(stated, "pairing") or {}
    for name in pairing:
        if name not in PAIRING_KEYS:
            raise Invalid.at(f"known are {', '.join(PAIRING_KEYS)}", field=f"pairing.{name[:100]}")
    Pairing.read(pairing)
    return pairing


def _check_turns(pairing: Mapping[str, Any], rubrics: Sequence[str]) -> None:
    for key in Pairing.read(pairing).turns_of:
        if key not in rubrics:
            raise Invalid.at(
                f"no rubric of this project has the key {describe(key)}", field=f"pairing.turns.{key[:100]}"
            )


def _read_overlap(stated: Mapping[str, Any]) -> int:
    overlap = stated.get("overlap", 3)
    if type(overlap) is not int or not 0 <= overlap <= LARGEST_OVERLAP:
        raise Invalid.at(f"a whole number from 0 to {LARGEST_OVERLAP} is wanted", field="overlap")
    return overlap


_READERS: Final[dict[str, Any]] = {
    "": _read_all,
    "slug": _read_slug,
    "title": lambda stated: read_text(stated, "title", longest=200) or "",
    "description": lambda stated: read_text(stated, "description", longest=10_000) or "",
    "language": read_language,
    "rater_title": lambda stated: read_by_language(stated, "rater_title", "en"),
    "content_warning": lambda stated: read_text(stated, "content_warning", longest=10_000) or "",
    "pairing": _read_pairing,
    "overlap": _read_overlap,
}


def _need_list(stated: Mapping[str, Any], field: str, most: int) -> list[Any]:
    value = stated.get(field)
    if not isinstance(value, list) or not 0 < len(value) <= most:
        raise Invalid.at(f"a list of 1 to {most} {field} is wanted", field=field)
    return value


def read_rubrics(
    stated: Mapping[str, Any], language: str, log: FaultLog, *, known: Collection[str] = ()
) -> Iterator[RubricDraft]:
    """The list `rubrics`, checked; what is wrong goes to the log.

    Plain texts are in `language`. Keys are slugs, or among `known`: a study that was imported brings its own.
    """
    seen: set[str] = set()
    for place, value in _list_entries(stated, "rubrics", MOST_RUBRICS, "", log):
        try:
            refuse_unknown(value, RUBRIC_KEYS)
            key = _read_new_key(value, seen, known, twice="another rubric of the project has the key {}")
            kind = read_text(value, "task_kind")
            if kind not in USUAL_TASKS:
                raise Invalid.at(f"{describe(kind)} is none of {', '.join(USUAL_TASKS)}", field="task_kind")
            labels = read_by_language(value, "labels", language)
            instructions = read_by_language(value, "instructions", language)
            one_at_a_time = read_flag(value, "one_at_a_time", default=False)
        except Invalid as error:
            log.add(_put_under(error, place))
            continue
        criteria = dict(_read_criteria(value, TaskKind(kind), language, place, log, known))
        yield RubricDraft(key, TaskKind(kind), labels, instructions, criteria, one_at_a_time)


def _read_criteria(
    stated: Mapping[str, Any],
    kind: TaskKind,
    language: str,
    under: str,
    log: FaultLog,
    known: Collection[str],
) -> Iterator[tuple[str, CriterionSpec]]:
    seen: set[str] = set()
    for place, value in _list_entries(stated, "criteria", MOST_CRITERIA, under, log):
        try:
            refuse_unknown(value, CRITERION_KEYS)
            key = _read_new_key(value, seen, known)
            spec = read_criterion({"name": key, "task": USUAL_TASKS[kind], **value}, language)
            if spec.kind != kind:
                raise Invalid.at(f"{spec.task} cannot be asked of a {kind} task", field="task")
            yield key, spec
        except Invalid as error:
            log.add(_put_under(error, place))


def _list_entries(
    stated: Mapping[str, Any], field: str, most: int, under: str, log: FaultLog
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Objects of a list with the path of each; what is no list or no object goes to the log."""
    path = f"{under}.{field}" if under else field
    try:
        entries = _need_list(stated, field, most)
    except Invalid as error:
        log.add(replace(error.faults[0], field=path))
        return
    for number, entry in enumerate(entries):
        place = f"{path}[{number}]"
        if isinstance(entry, dict):
            yield place, entry
        else:
            log.add(Invalid.at(f"an object is wanted, not {describe(entry)}", field=place).faults[0])


def _read_new_key(
    stated: Mapping[str, Any], seen: set[str], known: Collection[str], twice: str = "{} stands twice"
) -> str:
    key = need_name(stated, "key")
    if key not in known:
        _read_slug(stated, "key")
    if key in seen:
        raise Invalid.at(twice.format(describe(key)), field="key")
    seen.add(key)
    return key


def _put_under(error: Invalid, place: str) -> Any:
    fault = error.faults[0]
    return replace(fault, field=f"{place}.{fault.field}" if fault.field else place)
