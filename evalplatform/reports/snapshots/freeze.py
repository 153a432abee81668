"""A report kept for good, and the check that it can be worked out again."""

from annotations.models import Project
from evalplatform.common.errors import Conflict
from evalplatform.reports.models import Report
from evalplatform.reports.snapshots.rubrics import verify_rubrics
from evalplatform.reports.snapshots.snapshot import SEED, Snapshot, Wanted, take_snapshot


def freeze_report(*, project: Project, wanted: Wanted | None = None, seed: int = SEED) -> Report:
    """Store the results as they are now. The same inputs, code, seed and wishes give the same report again.

    Raises Conflict when a rubric is not what it was made of.
    """
    verify_rubrics(project=project)
    wanted = wanted or Wanted()
    snapshot = take_snapshot(project=project, wanted=wanted, seed=seed)
    report, _ = Report.objects.get_or_create(
        project=project,
        inputs_hash=snapshot.inputs_hash,
        code_version=snapshot.code_version,
        seed=seed,
        options=wanted.describe(),
        defaults={"results": snapshot.to_dict()["results"]},
    )
    return report


def recompute_report(*, report: Report) -> Snapshot:
    """Work a frozen report out anew. Raises Conflict when the ledger or the code has changed since."""
    verify_rubrics(project=report.project)
    snapshot = take_snapshot(project=report.project, wanted=Wanted.read(report.options), seed=report.seed)
    if snapshot.inputs_hash != report.inputs_hash:
        raise Conflict("The ratings that this report was made of have changed.")
    if snapshot.code_version != report.code_version:
        raise Conflict(f"This report was made by {report.code_version}; this is {snapshot.code_version}.")
    return snapshot
