"""A checked study into the ledger, by chunks: items and generations first, then ratings."""

from annotations.domain.formats.manifest import StudyManifest
from annotations.domain.formats.reader import GoodLines
from annotations.domain.formats.survey import RaterFacts, Survey
from annotations.domain.intake.contents import store_generations, store_items, store_placeholders
from annotations.domain.studies.rating_loader import Ledger, RatingLoader
from annotations.domain.studies.study_rubrics import create_rubrics
from annotations.models import Origin, Project, Rater, RaterKind, System
from evalplatform.common.chunks import take_chunks

CHUNK = 2_000  # ratings
TEXTS_CHUNK = 200  # items and generations are long


def load_study(project: Project, manifest: StudyManifest, survey: Survey, lines: GoodLines) -> None:
    """Store the good lines of a study that was surveyed; runs inside the caller's transaction."""
    ledger = Ledger(
        project=project,
        criteria=create_rubrics(project, manifest, survey),
        raters=_create_raters(project, manifest, survey),
        systems=_create_systems(project, manifest, survey),
    )
    for items in take_chunks(lines.items(), TEXTS_CHUNK):
        store_items(project, items)
    for generations in take_chunks(lines.generations(), TEXTS_CHUNK):
        store_generations(project, generations, systems=ledger.systems)
    for named in take_chunks(lines.index.list_named(), CHUNK):
        store_placeholders(project, named, systems=ledger.systems)
    loader = RatingLoader(ledger, manifest)
    for ratings in take_chunks(lines.ratings(), CHUNK):
        loader.store(ratings)


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
