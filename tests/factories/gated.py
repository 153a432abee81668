"""Tasks that ask something of their raters, and raters who have it."""

from collections.abc import Sequence

from annotations.domain.formats.needs import Needs
from annotations.domain.people.skills import set_skills, state_languages
from annotations.domain.queue.gates import ensure_gates
from annotations.models import Item, Project, Rater, Slot, Task
from tests.factories.ledger import make_person


def ask_for(task: Task, language: str = "", skills: Sequence[str] = ()) -> Task:
    """The task, its item and its places behind the gate that asks for these."""
    needs = Needs(language, tuple(sorted(skills)))
    gate = ensure_gates(project=task.project, wanted=[needs])[needs]
    Item.objects.filter(pk=task.item_id).update(gate=gate)
    Slot.objects.filter(task=task).update(gate=gate)
    task.gate = gate
    task.save(update_fields=["gate"])
    return task


def make_reader(project: Project, *languages: str, skills: Sequence[str] = ()) -> Rater:
    """A person who reads these languages and has these skills."""
    rater = make_person(project)
    assert rater.user is not None
    state_languages(user=rater.user, tags=languages)
    set_skills(rater=rater, names=skills, actor=None)
    return Rater.objects.select_related("project", "user").get(pk=rater.pk)
