"""Two tabs of one rater press whatever they like, in any order: no place is lost or doubled, and nothing fails."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from annotations.domain.checking.gold import mark_gold
from annotations.domain.queue.leases import sweep_assignments
from annotations.domain.queue.qualify import set_qualification
from annotations.models import Annotation, Assignment, AssignmentState, Phase, Project, Rater, Slot, SlotState
from tests.factories.ledger import (
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_project,
    make_single_rubric,
    make_single_task,
    make_user,
)

pytestmark = pytest.mark.database
STEPS = 70


class Tab:
    """A page that knows leases by what it was shown, also those that ended long ago."""

    def __init__(self, client: Client, rater: Rater, chance: random.Random) -> None:
        self._client, self._rater, self._chance = client, rater, chance

    def act(self) -> int:
        """Something that a page, or somebody who plays one, may send; returns the status of the reply."""
        known = list(Assignment.objects.filter(rater=self._rater).order_by("-pk")[:6])
        if not known or self._chance.random() < 0.2:
            return self._client.get("/p/sky/rate/", headers={"HX-Request": "true"}).status_code
        lease, beside = self._chance.choice(known), self._chance.choice(known)
        ratings = '{"overall": "first"}' if lease.task.kind == "pair" else '{"clarity": 3}'
        fields = {
            "answer": {"ratings": ratings, "seconds": "1", "client_key": uuid4().hex},
            "skip": {"reason": "unclear"},
            "leave": {"lease": str(beside.token)},
            "ahead": {},
            "keep": {},
            "undo": {},
        }
        name = self._chance.choices(list(fields), weights=(9, 1, 2, 5, 1, 3))[0]
        if name == "answer" and self._chance.random() < 0.7:
            fields["answer"]["shows"] = str(beside.public_id)
        place = "undo/" if name == "undo" else f"{lease.public_id}/{name}/"
        headers = {"HX-Request": "true"} if self._chance.random() < 0.8 else {}
        return self._client.post(f"/p/sky/rate/{place}", fields[name], headers=headers).status_code


def change(project: Project, chance: random.Random) -> None:
    """Something that happens meanwhile, and ends what happened before."""
    Project.objects.filter(pk=project.pk).update(paused_at=None, daily_cap=None, test_size=0)
    project.refresh_from_db()
    event = chance.randrange(6)
    if event == 0:
        Project.objects.filter(pk=project.pk).update(paused_at=timezone.now())
    elif event == 1:
        Project.objects.filter(pk=project.pk).update(daily_cap=chance.randrange(1, 9))
    elif event == 2:
        set_qualification(project=project, size=1, mark=0.5, tries=2, actor=make_user())
    else:
        Assignment.objects.filter(state=AssignmentState.LIVE).update(expires_at=timezone.now())
        sweep_assignments()


def refuse_lost_places(rater: Rater) -> None:
    """Every place is free, or held by one live lease, or filled by one answer; two leases at most are live."""
    live = Assignment.objects.filter(rater=rater, state=AssignmentState.LIVE)
    assert len(live) <= 2
    assert len({lease.task_id for lease in live}) == len(live)
    leased = Counter(Slot.objects.filter(state=SlotState.LEASED).values_list("pk", flat=True))
    assert leased == Counter(live.exclude(slot=None).values_list("slot", flat=True))
    filled = Counter(Slot.objects.filter(state=SlotState.DONE).values_list("pk", flat=True))
    counted = Annotation.objects.filter(is_current=True, phase=Phase.INDEPENDENT, rater=rater)
    assert filled == Counter(counted.values_list("assignment__slot", flat=True))


@pytest.fixture
def project() -> Iterator[Project]:
    """Pairs and single answers in turn, with checks among them."""
    cache.clear()
    project = make_project("sky", gold_share=0.1)
    pairs, singles = make_pair_rubric(project), make_single_rubric(project, keys=("clarity",))
    for _ in range(3):
        mark_gold(task=make_pair_task(project, pairs), ratings={"overall": "first"}, actor=make_user())
    makers: tuple[Callable[[], object], ...] = (
        lambda: make_pair_task(project, pairs),
        lambda: make_single_task(project, singles),
    )
    for number in range(24):
        makers[number % 2]()
    yield project
    cache.clear()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_two_tabs_send(project: Project, seed: int) -> None:
    chance = random.Random(seed)
    rater = make_person(project)
    assert rater.user is not None
    client = Client(raise_request_exception=False)
    client.force_login(rater.user)
    tabs = [Tab(client, rater, chance) for _ in range(2)]
    seen = Counter[int]()
    for step in range(STEPS):
        status = chance.choice(tabs).act()
        seen[status] += 1
        assert status < HTTPStatus.INTERNAL_SERVER_ERROR, f"step {step}"
        refuse_lost_places(rater)
        if chance.random() < 0.1:
            change(project, chance)
    assert seen[HTTPStatus.OK] > STEPS // 5
    assert seen[HTTPStatus.CONFLICT]
    assert Annotation.objects.filter(rater=rater, phase=Phase.INDEPENDENT).count() > 5
