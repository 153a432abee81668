"""A study folder becomes a project."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from annotations.domain.formats.faults import FaultLog
from annotations.domain.formats.folder import StudyFolder
from annotations.domain.formats.manifest import StudyManifest
from annotations.domain.formats.reader import GoodLines, StudyReader
from annotations.domain.formats.study_index import StudyIndex
from annotations.domain.formats.survey import Survey, survey_study
from annotations.domain.planning.plan_tasks import plan_tasks
from annotations.domain.queue.slots import open_slots
from annotations.domain.studies.loader import load_study
from annotations.models import (
    Annotation,
    Generation,
    Item,
    Project,
    Rater,
    Rating,
    Slot,
    System,
    Task,
    TaskGeneration,
    TaskState,
)
from annotations.models.project import SLUG
from evalplatform.common.bulk_rows import check_references_at_once, keep_pages, refresh_statistics
from evalplatform.common.errors import Conflict, Fault, Invalid
from evalplatform.common.growing_tables import follow_growth

FILLED = (Item, Generation, System, Rater, Task, TaskGeneration, Slot, Annotation, Rating)


@dataclass(frozen=True, slots=True)
class ImportedStudy:
    """What an import did; `is_new` is false where the same folder was there already.

    People can rate `ratable` of the `tasks`: those that have all their texts, where places were asked for.
    """

    project: Project
    is_new: bool
    counts: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    tasks: int = 0
    ratable: int = 0


def import_study(*, folder: Path, slug: str, partial: bool = False, overlap: int = 0) -> ImportedStudy:
    """Make the project `slug` from a study folder, all or nothing.

    `partial` leaves bad lines out; `overlap` opens that many places a task for live raters. Raises Invalid with file,
    line and field of what is wrong, Conflict where the slug belongs to something else.
    """
    _check_arguments(slug, overlap)
    study = StudyFolder.open(folder)
    import_hash = study.hash_files()
    if (found := _find_imported(slug, import_hash)) is not None:
        return ImportedStudy(project=found, is_new=False)
    manifest = StudyManifest.read(study.manifest)
    log = FaultLog(partial=partial)
    with closing(StudyIndex()) as index:
        reader = StudyReader(study, manifest, log, index)
        survey = survey_study(reader)
        log.refuse()
        with keep_pages(), transaction.atomic(), follow_growth():
            check_references_at_once()
            project = _create_project(slug, import_hash, manifest, overlap)
            with _refuse_changes(study, import_hash):
                # Read again rather than kept: a study may be larger than memory.
                load_study(project, manifest, survey, GoodLines(reader))
            _open_for_people(project, survey, overlap)
    refresh_statistics(*FILLED)
    tasks = Task.objects.filter(project=project)
    return ImportedStudy(
        project=project,
        is_new=True,
        counts={
            "items": survey.items,
            "generations": survey.generations,
            "raters": len(survey.raters),
            "ratings": survey.ratings,
        },
        left_out=dict(log.counts),
        faults=tuple(log.faults),
        tasks=tasks.count(),
        ratable=tasks.filter(state=TaskState.OPEN).count() if overlap else 0,
    )


def _check_arguments(slug: str, overlap: int) -> None:
    try:
        SLUG(slug)
    except ValidationError as error:
        raise Invalid.at(str(error.message), field="project") from None
    if len(slug) > 64:
        raise Invalid.at("longer than 64 characters", field="project")
    if not 0 <= overlap <= 1000:
        raise Invalid.at("from 0 to 1000 places a task", field="overlap")


def _find_imported(slug: str, import_hash: str) -> Project | None:
    """The project, where it came of the same files. Raises Conflict where the slug is taken otherwise."""
    project = Project.objects.filter(slug=slug).first()
    if project is not None and project.import_hash != import_hash:
        raise Conflict(
            f"There is already a project {slug!r}, and it did not come of this folder as it is now."
        )
    return project


@contextmanager
def _refuse_changes(study: StudyFolder, import_hash: str) -> Iterator[None]:
    """Raise Conflict where the files are not as they were: nobody checked what they hold now."""
    try:
        yield
    finally:
        if study.hash_files() != import_hash:
            raise Conflict("The study folder changed while it was read.") from None


def _create_project(slug: str, import_hash: str, manifest: StudyManifest, overlap: int) -> Project:
    try:
        with transaction.atomic():
            return Project.objects.create(
                slug=slug,
                title=manifest.title,
                language=manifest.language,
                pairing=manifest.pairing,
                overlap=overlap or manifest.overlap or Project._meta.get_field("overlap").default,
                simulated=manifest.simulated,
                manifest=manifest.content,
                import_hash=import_hash,
            )
    except IntegrityError:
        raise Conflict(f"There is already a project {slug!r}.") from None


def _open_for_people(project: Project, survey: Survey, overlap: int) -> None:
    """Tasks that nobody rated are planned only where the study says how, or has no ratings at all."""
    if not overlap:
        return
    if project.pairing or not survey.ratings:
        plan_tasks(project=project)
    open_slots(project=project)
