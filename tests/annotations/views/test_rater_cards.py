"""The cards' page: who stands out, who may read it, and what is never taken for one person."""

import pytest
from django.test import Client
from django.utils import timezone

from annotations.models import Annotation, Assignment, AssignmentState, Origin, Presentation, Project, Role
from annotations.queries.rater_cards import find_cards, list_comparable
from tests.factories.callers import sign_in
from tests.factories.ledger import (
    make_member,
    make_pair_rubric,
    make_pair_task,
    make_project,
    make_single_rubric,
    make_single_task,
)
from tests.factories.ratings import make_rater, rate

pytestmark = pytest.mark.database
CARDS = "/p/sky/raters/"
TASKS = 30


@pytest.fixture
def project() -> Project:
    return make_project("sky")


@pytest.fixture
def client(project: Project) -> Client:
    return sign_in(project, Role.REVIEWER)


def rate_pairs(project: Project) -> None:
    """Ann and Bob prefer the answer shown second as often as the first; Lee always the first, which is the longer."""
    rubric = make_pair_rubric(project)
    raters = [make_rater(project, name) for name in ("Ann", "Bob", "Lee <b>")]
    for number in range(TASKS):
        texts = ("long answer", "short") if number % 2 else ("short", "long answer")
        task = make_pair_task(project, rubric, texts=texts)
        order, value = ("0,1", "first") if number % 2 else ("1,0", "second")
        for rater in raters:
            told = (
                value
                if rater.name == "Lee <b>" or number % 4 < 2
                else {"first": "second"}.get(value, "first")
            )
            rate(task, rater, told, order=order, presentation=Presentation.SHOWN)
    assign_all(project)


def assign_all(project: Project) -> None:
    """As if every answer had been given here."""
    for given in Annotation.objects.filter(project=project):
        given.assignment = Assignment.objects.create(
            project=project,
            task_id=given.task_id,
            rater_id=given.rater_id,
            state=AssignmentState.SUBMITTED,
            expires_at=timezone.now(),
        )
        given.save(update_fields=["assignment"])


def test_who_always_takes_the_first_is_named(client: Client, project: Project) -> None:
    rate_pairs(project)
    page = client.get(CARDS).content.decode()
    cards = page.split('<section class="card">')[1:]
    assert [("Stands out" in card) for card in cards] == [False, False, True]
    assert "leans to the first shown" in cards[2]
    assert "Lee &lt;b&gt;" in cards[2]


def test_side_and_length_are_read_from_the_order_shown_and_the_texts(project: Project) -> None:
    rate_pairs(project)
    (criterion,) = list_comparable(project=project)
    (people,) = find_cards(project=project, criterion=criterion)
    signs = {named.rater.name: {sign.name: sign for sign in named.card.signs} for named in people.cards}
    assert signs["Lee <b>"]["side"].value == 1.0
    assert signs["Ann"]["side"].value == pytest.approx(16 / TASKS)
    assert signs["Lee <b>"]["length"].value == pytest.approx(14 / TASKS)
    assert signs["Ann"]["lenience"].value is None


def test_an_imported_order_may_not_be_random_and_tells_no_side(project: Project) -> None:
    rate_pairs(project)
    Annotation.objects.filter(project=project).update(assignment=None)
    (people,) = find_cards(project=project, criterion=list_comparable(project=project)[0])
    sides = [sign for named in people.cards for sign in named.card.signs if sign.name == "side"]
    assert [(sign.value, sign.n, sign.adjusted) for sign in sides] == [(None, 0, None)] * 3


def test_simulated_raters_are_shown_a_drawn_order(project: Project) -> None:
    rubric = make_pair_rubric(project)
    machine = make_rater(project, "Sim", origin=Origin.SIMULATED)
    for number in range(8):
        value, order = ("first", "0,1") if number % 2 else ("second", "1,0")
        rate(make_pair_task(project, rubric), machine, value, order=order, presentation=Presentation.SHOWN)
    (simulated,) = find_cards(project=project, criterion=list_comparable(project=project)[0])
    (side,) = [sign for sign in simulated.cards[0].card.signs if sign.name == "side"]
    assert (simulated.group, side.value, side.n, side.p_value) == ("simulated", 1.0, 8, 2 / 256)


def test_who_is_mostly_first_to_answer_is_named_though_its_median_time_is_not_short(
    client: Client, project: Project
) -> None:
    rubric = make_single_rubric(project, ["clarity"])
    raters = [make_rater(project, name) for name in ("Ann", "Bob", "Cat")]
    for number in range(2 * TASKS):
        task = make_single_task(project, rubric)
        others = (10, 30) if number % 2 else (30, 10)
        times = (5 if number < TASKS - 1 else 21, *others)
        for rater, seconds in zip(raters, times, strict=True):
            given = rate(task, rater, 1 + number % 4)
            Annotation.objects.filter(pk=given.pk).update(seconds=seconds)
    cards = client.get(CARDS).content.decode().split('<section class="card">')[1:]
    assert "very fast" in cards[0]
    assert "<td><strong>1.21</strong></td><td>1.00</td>" in cards[0]
    assert "Nothing stands out" not in cards[0]


def test_differences_of_shares_are_percentage_points(client: Client, project: Project) -> None:
    rate_pairs(project)
    cards = client.get(CARDS).content.decode().split('<section class="card">')[1:]
    assert "<td><strong>47 percentage points</strong></td><td>0 percentage points</td>" in cards[2]
    assert "<td><strong>100 %</strong></td><td>50 %</td>" in cards[2]
    client.cookies["django_language"] = "ru"
    assert "<strong>47 п. п.</strong>" in client.get(CARDS).content.decode()


def test_the_page_says_what_the_chance_is_adjusted_for(client: Client) -> None:
    page = client.get(CARDS).content.decode()
    assert "were all of them alike, anybody would be named in at most 1 of 20 cases" in page


def test_times_are_compared_on_the_same_tasks(project: Project) -> None:
    rate_pairs(project)
    Annotation.objects.filter(project=project).update(seconds=30)
    Annotation.objects.filter(project=project, rater__name="Ann").update(seconds=6)
    (people,) = find_cards(project=project, criterion=list_comparable(project=project)[0])
    speed = {
        named.rater.name: next(sign for sign in named.card.signs if sign.name == "speed")
        for named in people.cards
    }
    assert speed["Ann"].value == pytest.approx(0.2)
    assert {name: sign.stands_out() for name, sign in speed.items()} == {
        "Ann": True,
        "Bob": False,
        "Lee <b>": False,
    }


def test_scores_show_who_is_lenient_and_simulated_raters_stand_apart(
    client: Client, project: Project
) -> None:
    rubric = make_single_rubric(project, ["clarity"])
    people = [make_rater(project, name) for name in ("Ann", "Bob", "Cat", "Dee")]
    machine = make_rater(project, "Sim", origin=Origin.SIMULATED)
    for number in range(TASKS):
        task = make_single_task(project, rubric)
        for rater in people:
            rate(task, rater, 1 + number % 4 + (rater.name == "Dee"))
        rate(task, machine, 5)
    page = client.get(CARDS, {"criterion": "clarity"}).content.decode()
    assert page.count("more lenient than the others") == 1
    assert page.index("Dee") < page.index("more lenient than the others") < page.index("Simulated raters")
    assert page.index("Simulated raters") < page.index("Sim</h3>")
    apart = page.split("Nothing to compare under this criterion:")[1].partition("</p>")[0]
    assert "prefers the answer shown first" in apart
    assert '<th scope="row">prefers the answer shown first' not in page


def test_a_slot_is_refused_a_card(client: Client, project: Project) -> None:
    rubric = make_single_rubric(project, ["clarity"])
    slots = [make_rater(project, name, is_slot=True) for name in ("one", "two")]
    task = make_single_task(project, rubric)
    for rater in slots:
        rate(task, rater, 3)
    page = client.get(CARDS).content.decode()
    assert page.count("a place in an item and not one person") == 2
    assert "<table>" not in page


def test_nothing_rated_yet_and_a_criterion_that_is_not_there(client: Client) -> None:
    assert "No ratings by people yet." in client.get(CARDS).content.decode()
    assert client.get(CARDS, {"criterion": "none"}).status_code == 404


def test_a_criterion_without_a_value_has_a_page(client: Client, project: Project) -> None:
    rubric = make_single_rubric(project, ["clarity"])
    empty = client.get(CARDS, {"criterion": "clarity"})
    rate(make_single_task(project, rubric), make_rater(project, "Ann"), None, absent="abstained")
    absent = client.get(CARDS, {"criterion": "clarity"})
    assert [
        (page.status_code, "No ratings by people yet." in page.content.decode()) for page in (empty, absent)
    ] == [
        (200, True),
        (200, True),
    ]


def test_a_rater_sees_no_cards(project: Project) -> None:
    client = Client()
    client.force_login(make_member(project, Role.RATER).user)
    assert client.get(CARDS).status_code == 403
