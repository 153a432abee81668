"""Forming a panel: who sits in it, on what terms, and with which weights."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction

from annotations.models import SPECIMEN, Origin, Project, Rater, RaterKind
from annotations.queries.rater_groups import RaterRow, list_raters
from evalplatform.common.errors import Conflict, Invalid
from evalplatform.common.hashing import LARGEST_SEED, hash_content
from judges.engine.panels.ground import read_ground
from judges.engine.panels.weights import learn_fold_weights
from judges.models import Panel, PanelMember, Weighting
from judges.queries.named_raters import find_labellers, find_raters
from judges.queries.panels import list_member_rows

MOST_MEMBERS = 50
MAY_SIT = (RaterKind.JUDGE, RaterKind.METRIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a panel was asked to be; what its weights came to is not part of it."""

    members: tuple[str, ...]
    weighting: str
    labels_by: str
    quorum: int | None
    seed: int


def form_panel(
    *,
    project: Project,
    name: str,
    members: Sequence[str],
    weights: str = Weighting.EQUAL,
    labels_by: str = "people",
    quorum: int | None = None,
    seed: int = 0,
) -> Panel:
    """A panel with its rater; asked for again with the same name and content, the one that is there.

    Parameters
    ----------
    members : names of judges or metrics of the project, whether run here or imported
    weights : ``equal``, ``cross_fitted`` or ``cross_fitted_signed``; learnt weights are frozen with the panel, and no
        item is ever scored by weights that saw its own label
    labels_by : whose labels teach them: ``people``, ``people:expert``, ``reference:gold``
    quorum : members that must have spoken on a task; None: all
    seed : deals the items into folds

    Raises Invalid where nothing can be formed of this, and Conflict where the name stands for another panel.
    """
    if not name.strip() or len(name) > 200 or "\x00" in name:
        raise Invalid.at("must be a name of at most 200 characters", field="name")
    if weights not in Weighting.values:
        raise Invalid.at(f"must be one of {', '.join(Weighting.values)}", field="weights")
    if not 0 <= seed <= LARGEST_SEED:
        raise Invalid.at(f"must lie between 0 and {LARGEST_SEED}", field="seed")
    everybody = list_raters(project=project)
    seated = find_members(everybody, members)
    if quorum is not None and not 1 <= quorum <= len(seated):
        raise Invalid.at(f"must lie between 1 and {len(seated)}, the number of members", field="quorum")
    teachers = [] if weights == Weighting.EQUAL else find_labellers(everybody, labels_by)
    with transaction.atomic():
        Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        asked = Terms(
            members=tuple(row.key for row in seated),
            weighting=weights,
            labels_by=labels_by if teachers else "",
            quorum=quorum,
            seed=seed,
        )
        if same := _find_same(project, name, asked):
            return same
        learnt = (
            learn_fold_weights(read_ground(project), seated, teachers, Weighting(weights), seed)
            if teachers
            else {}
        )
        return _create(project, name, seated, asked, learnt)


def find_members(everybody: Sequence[RaterRow], names: Sequence[str]) -> list[RaterRow]:
    """The raters of these names or keys (``judge:gpt``), in the order of their keys. Raises Invalid."""
    found = {row.key: row for row in find_raters(everybody, names, kinds=MAY_SIT, field="members")}
    if not 2 <= len(found) <= MOST_MEMBERS or len(found) < len(names):
        raise Invalid.at(f"must name 2 to {MOST_MEMBERS} different judges", field="members")
    return [found[key] for key in sorted(found)]


def _find_same(project: Project, name: str, asked: Terms) -> Panel | None:
    taken = Rater.objects.filter(project=project, kind=RaterKind.PANEL, name=name).first()
    if taken is None:
        return None
    panel = Panel.objects.filter(rater=taken).select_related("project", "rater").first()
    if panel is None or _describe(panel) != asked:
        raise Conflict(
            f"There is another panel named {name}: panels never change, so give this one a new name."
        )
    return panel


def _describe(panel: Panel) -> Terms:
    return Terms(
        members=tuple(row.key for row in list_member_rows(panel)),
        weighting=panel.weighting,
        labels_by=panel.labels_by,
        quorum=panel.quorum,
        seed=panel.seed,
    )


def _create(
    project: Project,
    name: str,
    seated: Sequence[RaterRow],
    asked: Terms,
    learnt: Mapping[str, list[list[float]]],
) -> Panel:
    raters = Rater.objects.filter(pk__in=[row.pk for row in seated]).select_related("judge")
    is_simulated = any(row.is_simulated for row in seated)
    is_specimen = any(SPECIMEN in rater.attributes for rater in raters)
    rater = Rater.objects.create(
        project=project,
        kind=RaterKind.PANEL,
        origin=Origin.SIMULATED if is_simulated else Origin.LIVE,
        name=name,
        attributes={SPECIMEN: True} if is_specimen else {},
    )
    panel = Panel.objects.create(
        project=project,
        rater=rater,
        weighting=asked.weighting,
        labels_by=asked.labels_by,
        quorum=asked.quorum,
        seed=asked.seed,
        weights=learnt,
        content_hash=hash_content([asdict(asked), learnt]),
    )
    PanelMember.objects.bulk_create(
        PanelMember(project=project, panel=panel, rater=member, judge=getattr(member, "judge", None))
        for member in raters
    )
    return panel
