"""One line of items, generations or ratings, checked and in our words."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any  # a line is any JSON object

from annotations.domain.formats.compose import compose_generation, compose_item, find_difference
from annotations.domain.formats.criteria import CriterionSpec
from annotations.domain.formats.fields import (
    LONGEST_NAME,
    Line,
    describe,
    is_number,
    need_name,
    read_float,
    read_mapping,
    read_text,
    read_texts,
)
from annotations.domain.formats.manifest import StudyManifest
from annotations.domain.formats.marks import TextLengths, check_marks
from annotations.domain.formats.needs import NOTHING, Needs, read_needs
from annotations.domain.formats.words import PREFERENCES, RATER_KINDS, TASK_KINDS
from annotations.domain.showing.presentation import spell_order, turn_preference
from annotations.models import Absent, Level, TaskKind
from evalplatform.agreement import AgreementError
from evalplatform.agreement.orderings import FEWEST, MOST, parse_ranking, renumber, spell_ranking
from evalplatform.common.errors import Invalid

FindLengths = Callable[[str, str], TextLengths | None]
MOST_TURNS = 1000
COUNTS = {
    TaskKind.SINGLE: (range(1, 2), "one system is"),
    TaskKind.PAIR: (range(2, 3), "two systems are"),
    TaskKind.RANKING: (range(FEWEST, MOST + 1), f"{FEWEST} to {MOST} systems are"),
}  # that a rating of a task names
EXACT = 2**53  # whole numbers beyond it are no longer exact in the ledger


@dataclass(slots=True)
class ItemLine:
    key: str
    prompt: str | None
    turns: list[str | None] | None
    context: str
    reference: Any
    language: str
    attributes: dict[str, Any]
    source: dict[str, Any]
    needs: Needs = NOTHING

    @property
    def turns_asked(self) -> int:
        return len(self.turns or ())


@dataclass(slots=True)
class GenerationLine:
    item: str
    system: str
    text: str | None
    turns: list[str | None] | None
    meta: dict[str, Any]
    source: dict[str, Any]


@dataclass(slots=True)
class RatingLine:
    """A rating as it will be stored: systems and code in canonical order; `line` is what came in.

    `order` holds the canonical positions as they were listed.
    """

    item: str
    rater: str
    rater_kind: str
    criterion: CriterionSpec
    systems: tuple[str, ...]
    order: tuple[int, ...]
    turn: int | None
    context: dict[str, Any]
    number: float | None
    code: str | None
    text: str | None
    spans: list[Any] | None
    absent: Absent | None
    rationale: str | None
    confidence: float | None
    seconds: float | None
    meta: dict[str, Any] | None
    line: dict[str, Any]

    @property
    def shown_order(self) -> str:
        return spell_order(self.order)

    @property
    def systems_as_shown(self) -> list[str]:
        return [self.systems[position] for position in self.order]


def parse_item(line: dict[str, Any]) -> ItemLine:
    """Raises Invalid with the field that is wrong."""
    reference = line.get("reference")
    if not isinstance(reference, str):
        reference = read_texts(line, "reference")
    item = ItemLine(
        key=need_name(line, "item_id"),
        prompt=read_text(line, "prompt"),
        turns=read_texts(line, "turns"),
        context=read_text(line, "context") or "",
        reference=reference,
        language=read_text(line, "language", longest=16) or "",
        attributes=read_mapping(line, "meta") or {},
        source={},
        needs=read_needs(line),
    )
    if item.turns_asked > MOST_TURNS:
        raise Invalid.at(f"more than {MOST_TURNS} turns", field="turns")
    item.source = find_difference(line, compose_item(item, item.needs))
    return item


def parse_generation(line: dict[str, Any]) -> GenerationLine:
    """Raises Invalid with the field that is wrong."""
    generation = GenerationLine(
        item=need_name(line, "item_id"),
        system=need_name(line, "system"),
        text=read_text(line, "text"),
        turns=read_texts(line, "turns"),
        meta=read_mapping(line, "meta") or {},
        source={},
    )
    composed = compose_generation(
        item=generation.item,
        system=generation.system,
        text=generation.text,
        turns=generation.turns,
        meta=generation.meta,
    )
    generation.source = find_difference(line, composed)
    return generation


def parse_rating(
    line: dict[str, Any],
    manifest: StudyManifest,
    count_turns: Callable[[str], int | None],
    find_lengths: FindLengths | None = None,
) -> RatingLine:
    """`count_turns` gives the user turns of an item, None where there is none. Raises Invalid with the wrong field.

    `find_lengths` gives the lengths of what a system (second) answers to an item (first), None where that is not known;
    without it, no mark is held against its text.
    """
    item = need_name(line, "item_id")
    asked = count_turns(item)
    if asked is None:
        raise Invalid.at(f"{describe(item)} is none of the items", field="item_id")
    rater_kind = line.get("rater_kind")
    if not isinstance(rater_kind, str) or rater_kind not in RATER_KINDS:
        raise Invalid.at(f"{describe(rater_kind)} is none of {', '.join(RATER_KINDS)}", field="rater_kind")
    criterion = _find_criterion(line, manifest)
    shown = _read_systems(line, criterion)
    systems = tuple(sorted(shown))
    meta = read_mapping(line, "meta")
    parsed = RatingLine(
        item=item,
        rater=need_name(line, "rater"),
        rater_kind=rater_kind,
        criterion=criterion,
        systems=systems,
        order=tuple(systems.index(name) for name in shown),
        turn=_read_turn(line, asked),
        context={key: meta[key] for key in manifest.layout.unit_meta if key in meta} if meta else {},
        number=None,
        code=None,
        text=None,
        spans=None,
        absent=None,
        rationale=read_text(line, "rationale"),
        confidence=read_float(line, "confidence", low=0, high=1),
        seconds=read_float(line, "seconds", low=0),
        meta=meta,
        line=line,
    )
    _read_value(parsed, manifest, asked, find_lengths)
    return parsed


def _find_criterion(line: Line, manifest: StudyManifest) -> CriterionSpec:
    task, name = line.get("task"), need_name(line, "criterion")
    if not isinstance(task, str) or task not in TASK_KINDS:
        raise Invalid.at(f"{describe(task)} is none of {', '.join(TASK_KINDS)}", field="task")
    criterion = manifest.criteria.get((task, name))
    if criterion is None:
        raise Invalid.at(f"the manifest has no criterion {describe(name)} for {task}", field="criterion")
    return criterion


def _read_systems(line: Line, criterion: CriterionSpec) -> tuple[str, ...]:
    systems = line.get("systems")
    wanted, count = COUNTS[criterion.kind]
    if not isinstance(systems, list) or len(systems) not in wanted:
        raise Invalid.at(f"{count} wanted, not {describe(systems)}", field="systems")
    for name in systems:
        if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
            raise Invalid.at(f"{describe(name)} is no name of a system", field="systems")
    if len(set(systems)) != len(systems):
        count = "two different systems are" if len(systems) == 2 else "different systems are"
        raise Invalid.at(f"{count} wanted", field="systems")
    return tuple(systems)


def _read_turn(line: Line, asked: int) -> int | None:
    turn = line.get("turn")
    if turn is None:
        return None
    if type(turn) is not int or not 1 <= turn <= (asked or MOST_TURNS):
        raise Invalid.at(f"{describe(turn)} is none of the item's turns", field="turn")
    return turn


def _read_value(
    parsed: RatingLine, manifest: StudyManifest, asked: int, find_lengths: FindLengths | None
) -> None:
    if "value" not in parsed.line:
        raise Invalid.at("the value is missing (null says that there is none)", field="value")
    value, criterion = parsed.line["value"], parsed.criterion
    if value is None:
        parsed.absent = _read_absent(parsed.line) or manifest.layout.explain_null(parsed.rater_kind)
    elif criterion.task == "score":
        parsed.number = _check_score(value, criterion)
    elif criterion.task == "spans":
        parsed.spans = check_marks(value, _measure_texts(parsed, asked, find_lengths))
    elif criterion.task == "pairwise":
        code = _check_label(value, criterion, PREFERENCES[:3])
        marked = manifest.layout.inconsistent
        is_inconsistent = marked and (parsed.meta or {}).get(marked[0], ...) == marked[1]
        code = turn_preference(code, parsed.order)
        parsed.code = "inconsistent" if is_inconsistent else code
    elif criterion.task == "ranking":
        parsed.code = _check_ranking(value, parsed.order)
    elif criterion.level == Level.TEXT:
        if not isinstance(value, str):
            raise Invalid.at(f"a text is wanted, not {describe(value)}", field="value")
        parsed.text = value
    else:
        parsed.code = _check_label(value, criterion)


def _measure_texts(
    parsed: RatingLine, asked: int, find_lengths: FindLengths | None
) -> Callable[[int | None], int | None] | None:
    """Of a turn, the length of its rated text; the answer is looked up for the first mark that has a place."""
    if find_lengths is None:
        return None
    find = cache(find_lengths)

    def measure(turn: int | None) -> int | None:
        lengths = find(parsed.item, *parsed.systems)
        return lengths.find_marked(asked=asked, rated=parsed.turn, turn=turn) if lengths else None

    return measure


def _read_absent(line: Line) -> Absent | None:
    """Why there is no value, where the line says more than the layout."""
    stated = read_text(line, "absent")
    if stated is not None and stated not in Absent.values:
        raise Invalid.at(f"{describe(stated)} is none of {', '.join(Absent.values)}", field="absent")
    return Absent(stated) if stated else None


def _check_score(value: object, criterion: CriterionSpec) -> float:
    if not is_number(value):
        raise Invalid.at(f"a number is wanted, not {describe(value)}", field="value")
    low, high = criterion.minimum, criterion.maximum
    legal = criterion.values and not criterion.fractions
    outside = (
        (legal and value not in criterion.values)
        or (low is not None and value < low)
        or (high is not None and value > high)
        or abs(value) > EXACT
    )
    if outside:
        raise Invalid.at(f"{describe(value)} is outside the scale", field="value")
    return float(value)


def _check_label(value: object, criterion: CriterionSpec, always: tuple[str, ...] = ()) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_NAME:
        raise Invalid.at(f"a label is wanted, not {describe(value)}", field="value")
    legal = criterion.values or always
    if legal and value not in legal:
        raise Invalid.at(f"{describe(value)} is none of {', '.join(map(str, legal))}", field="value")
    return value


def _check_ranking(value: object, order: tuple[int, ...]) -> str:
    if not isinstance(value, str):
        raise Invalid.at(f"a ranking such as 2>1=3 is wanted, not {describe(value)}", field="value")
    try:
        return spell_ranking(renumber(parse_ranking(value, len(order)), order))
    except AgreementError as error:
        raise Invalid.at(str(error), field="value") from None
