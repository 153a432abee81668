"""The one thing that a project waits for."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from annotations.models import Role
from evalplatform.home.queries import ProjectOverview


@dataclass(frozen=True, slots=True)
class NextStep:
    """A page by its address name, the words on its button, and why it is the next."""

    page: str
    label: str | Promise
    reason: str | Promise


UPLOAD = NextStep(
    "upload-new",
    _("Upload answers"),
    _("There is nothing to rate yet: bring in items with the answers of your systems."),
)
INVITE = NextStep("people", _("Invite people"), _("Places are open, and nobody is here to take them."))
JUDGE = NextStep("judge-new", _("Add a judge"), _("No model or metric rates these answers yet."))
RUN = NextStep("run-new", _("Start a run"), _("The judges have said nothing yet."))
WATCH = NextStep("runs", _("Watch the run"), _("A judge is at work."))
RATE = NextStep("rate", _("Rate the next answer"), _("Places are open: each answer makes the figures surer."))
READ = NextStep("report", _("Read the report"), _("All places are filled and no judge is at work."))
READ_JUDGES = NextStep(
    "report", _("Read the report"), _("The judges have answered, and no places are open for people.")
)
READ_MEANWHILE = NextStep(
    "report",
    _("Read the report"),
    _("Nothing is left for people. A judge is still at work: figures may change."),
)
MATCH = NextStep(
    "people",
    _("Invite people or grant skills"),
    _("Tasks ask for a language or a skill that nobody here has, and wait."),
)
SETTLE = NextStep("review", _("Settle disagreements"), _("Where people disagree, a decision is yours."))


def find_next_step(*, overview: ProjectOverview, role: str) -> NextStep:
    """What a researcher or reviewer should do next, by what the project has and lacks."""
    if role != Role.RESEARCHER:
        return (
            SETTLE
            if overview.annotations["people"]
            else RATE
            if overview.is_open
            else _choose_reading(overview)
        )
    if not overview.items:
        return UPLOAD
    if overview.is_open and not overview.people:
        return INVITE
    if overview.stranded:
        return MATCH
    if not overview.judges and not overview.annotations["judges"]:
        return JUDGE
    if overview.running:
        return WATCH
    if not overview.annotations["judges"]:
        return RUN
    return RATE if overview.is_open else _choose_reading(overview)


def _choose_reading(overview: ProjectOverview) -> NextStep:
    """The report, with the reason that is true: a project may have no places at all, or a run that goes on."""
    if overview.running:
        return READ_MEANWHILE
    return READ if overview.places else READ_JUDGES
