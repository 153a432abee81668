"""The rooms of a project and the doors to its pages: one list, from which the navigation of every page is made."""

from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from annotations.models import Project, Role

EVERYBODY = (Role.RATER, Role.REVIEWER, Role.RESEARCHER)
READERS = (Role.REVIEWER, Role.RESEARCHER)
RESEARCHERS = (Role.RESEARCHER,)


@dataclass(frozen=True, slots=True)
class Door:
    """A page by its address name, the words on its link, and who may open it. Pages below its address belong to it."""

    page: str
    label: str | Promise
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """Pages about one thing, and in a few words what for."""

    key: str
    label: str | Promise
    purpose: str | Promise
    doors: tuple[Door, ...]


@dataclass(slots=True)
class OpenDoor:
    """A door as one person sees it; `current` on the page itself and on those below it."""

    page: str
    label: str | Promise
    url: str
    current: bool = False


@dataclass(slots=True)
class OpenRoom:
    """A room with the doors that are open to one person; there is at least one."""

    key: str
    label: str | Promise
    purpose: str | Promise
    doors: list[OpenDoor] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.doors[0].url

    @property
    def current(self) -> bool:
        return any(door.current for door in self.doors)


ROOMS = (
    Room("overview", _("Overview"), "", (Door("project", _("Overview"), READERS),)),
    Room(
        "work",
        _("Rating"),
        _("Answer tasks yourself, see what reviewers ask you, and what your work comes to."),
        (
            Door("rate", _("Rate the next answer"), EVERYBODY),
            Door("messages", _("Messages"), EVERYBODY),
            Door("pace", _("Your work and pay"), EVERYBODY),
        ),
    ),
    Room(
        "setup",
        _("Set-up"),
        _("Bring in items and answers, say what people read, agree to and are paid."),
        (
            Door("upload-new", _("Upload"), RESEARCHERS),
            Door("needs", _("Needs of items"), RESEARCHERS),
            Door("rubrics", _("Rubrics"), RESEARCHERS),
            Door("plan", _("Plan"), READERS),
            Door("project-settings", _("Settings"), RESEARCHERS),
        ),
    ),
    Room(
        "people",
        _("People"),
        _("Who rates, what they are dealt, how well they do, and where they disagree."),
        (
            Door("people", _("People"), RESEARCHERS),
            Door("waves", _("Waves"), RESEARCHERS),
            Door("checks", _("Checks"), RESEARCHERS),
            Door("qualification", _("Training and test"), RESEARCHERS),
            Door("rater-cards", _("Rater cards"), READERS),
            Door("review", _("Disagreements"), READERS),
            Door("remarks", _("Remarks of raters"), READERS),
        ),
    ),
    Room(
        "judges",
        _("Judges"),
        _("Models and metrics that rate the same tasks: their prompts, runs, and what they cost."),
        (
            Door("judges", _("Judges"), READERS),
            Door("prompts", _("Prompts"), READERS),
            Door("choices", _("Choices of prompts"), READERS),
            Door("panels", _("Panels"), READERS),
            Door("cascades", _("Cascades"), READERS),
            Door("runs", _("Runs"), READERS),
            Door("attempts", _("Calls"), READERS),
            Door("spend", _("Spend"), READERS),
            Door("prices", _("Prices"), READERS),
            Door("judge-costs", _("Quality against cost"), READERS),
        ),
    ),
    Room(
        "report",
        _("Report"),
        _("Who agrees with whom, how biased a judge is, and which system is better."),
        (Door("report", _("Report"), READERS), Door("costs", _("Costs"), READERS)),
    ),
)


def list_open_rooms(*, project: Project, role: str, path: str) -> list[OpenRoom]:
    """The rooms that someone of this role may enter, in the order of the work.

    The current door is the one whose address is the longest that begins `path`.
    """
    rooms = [_open_room(room, project=project, role=role) for room in ROOMS]
    rooms = [room for room in rooms if room.doors]
    leading = [door for room in rooms for door in room.doors if path.startswith(door.url)]
    if leading:
        max(leading, key=lambda door: len(door.url)).current = True
    return rooms


def _open_room(room: Room, *, project: Project, role: str) -> OpenRoom:
    open_to = [door for door in room.doors if role in door.roles]
    doors = [OpenDoor(door.page, door.label, reverse(door.page, args=[project.slug])) for door in open_to]
    return OpenRoom(room.key, room.label, room.purpose, doors)
