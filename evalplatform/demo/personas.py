"""The four people of the demonstration, and a fresh one-time link for each."""

from dataclasses import dataclass

from annotations.domain.projects.members import add_member
from annotations.models import Project, Role
from evalplatform.accounts.links import create_sign_in_link
from evalplatform.accounts.people import ensure_user


@dataclass(frozen=True, slots=True)
class Persona:
    username: str
    title: str
    role: Role


PERSONAS = (
    Persona("demo-researcher", "researcher", Role.RESEARCHER),
    Persona("demo-rater-1", "rater 1", Role.RATER),
    Persona("demo-rater-2", "rater 2", Role.RATER),
    Persona("demo-reviewer", "reviewer", Role.REVIEWER),
)


def invite_personas(*, project: Project) -> dict[str, str]:
    """Title -> path of a new sign-in link; accounts and memberships are made where they are not there yet."""
    links = {}
    for persona in PERSONAS:
        user = ensure_user(username=persona.username, first_name=persona.title.capitalize())
        add_member(project=project, user=user, role=persona.role)
        links[persona.title] = f"/sign-in/{create_sign_in_link(user=user)}/"
    return links
