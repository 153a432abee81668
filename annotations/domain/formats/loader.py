"""A checked study into the ledger, by chunks: items and generations first, then ratings."""

from annotations.domain.contents import store_generations, store_items
from annotations.domain.formats.manifest import StudyManifest
from annotations.domain.formats.rating_loader import Ledger, RatingLoader
from annotations.domain.formats.reader import StudyReader
from annotations.domain.formats.rubrics import create_rubrics
from annotations.domain.formats.survey import RaterFacts, Survey
from annotations.domain.tasks import find_answered
from annotations.models import Generation, Origin, Project, Rater, RaterKind, System
from evalplatform.common.chunks import take_chunks

CHUNK = 2_000  # ratings
TEXTS_CHUNK = 200  # items and generations are long


def load_study(project: Project, manifest: StudyManifest, survey: Survey, reader: StudyReader) -> None:
    """Store everything that the reader gives; runs inside the caller's transaction."""
    ledger = Ledger(
        project=project,
        criteria=create_rubrics(project, manifest, survey),
        raters=_create_raters(project, manifest, survey),
    )
    systems = _create_systems(project, manifest, survey)
    _load_items(ledger, reader)
    _load_generations(ledger, reader, systems)
    _create_placeholders(ledger, survey, systems)
    loader = RatingLoader(ledger, manifest)
    for chunk in take_chunks(reader.ratings(), CHUNK):
        loader.store(chunk)


def _load_items(ledger: Ledger, reader: StudyReader) -> None:
    for lines in take_chunks(reader.items(), TEXTS_CHUNK):
        ledger.items |= store_items(ledger.project, lines)


def _load_generations(ledger: Ledger, reader: StudyReader, systems: dict[str, int]) -> None:
    for lines in take_chunks(reader.generations(), TEXTS_CHUNK):
        stored = store_generations(ledger.project, lines, items=ledger.items, systems=systems)
        for line in lines:
            answered = find_answered(line.text, line.turns, asked=reader.asked[line.item])
            pk = stored[ledger.items[line.item], systems[line.system]]
            ledger.generations[line.item, line.system] = (pk, answered)


def _create_systems(project: Project, manifest: StudyManifest, survey: Survey) -> dict[str, int]:
    names = [*survey.systems, *(name for name in manifest.systems if name not in survey.systems)]
    rows = [
        System(
            project=project,
            name=name,
            family=manifest.systems.get(name, {}).get("family") or "",
            attributes=manifest.systems.get(name, {}).get("attributes") or {},
        )
        for name in names
    ]
    return {system.name: system.pk for system in System.objects.bulk_create(rows, batch_size=CHUNK)}


def _create_raters(project: Project, manifest: StudyManifest, survey: Survey) -> dict[tuple[str, str], Rater]:
    rows = {
        (word, name): _build_rater(project, manifest, word, name, facts)
        for (word, name), facts in survey.raters.items()
    }
    Rater.objects.bulk_create(rows.values(), batch_size=CHUNK)
    return rows


def _build_rater(project: Project, manifest: StudyManifest, word: str, name: str, facts: RaterFacts) -> Rater:
    stated = manifest.raters.get(name, {})
    kind = manifest.find_rater_kind(name, word)
    attributes = {}
    if kind == RaterKind.REFERENCE and word == "human":
        attributes["rater_kind"] = word
    if facts.numbers_are_floats:
        attributes["numbers"] = "float"
    return Rater(
        project=project,
        kind=kind,
        origin=stated.get("origin", Origin.IMPORTED),
        name=name,
        group=stated.get("group") or facts.group,
        family=stated.get("family") or "",
        is_slot=kind == RaterKind.PERSON and manifest.layout.slots,
        attributes=attributes,
    )


def _create_placeholders(ledger: Ledger, survey: Survey, systems: dict[str, int]) -> None:
    for chunk in take_chunks(survey.placeholders, CHUNK):
        rows = [
            Generation(
                project=ledger.project,
                item_id=ledger.items[item],
                system_id=systems[system],
                is_placeholder=True,
            )
            for item, system in chunk
        ]
        for name, generation in zip(chunk, Generation.objects.bulk_create(rows), strict=True):
            ledger.generations[name] = (generation.pk, frozenset())
