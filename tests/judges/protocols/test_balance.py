"""Orders of presentation in which no answer has a better place than another."""

from collections import Counter
from itertools import combinations, pairwise

import pytest

from annotations.models import Project, Task
from judges.protocols.balance import count_orders, draw_orders, list_orders

SIZES = range(3, 9)


@pytest.mark.parametrize("size", SIZES)
def test_with_as_many_orders_as_answers_each_stands_in_each_place_once(size: int) -> None:
    orders = list_orders(size, size)
    assert len(set(orders)) == size
    assert all(sorted(order) == list(range(size)) for order in orders)
    places = Counter((place, answer) for order in orders for place, answer in enumerate(order))
    assert set(places.values()) == {1}
    assert len(places) == size * size


@pytest.mark.parametrize("size", SIZES)
def test_in_the_whole_design_each_answer_follows_each_other_equally_often(size: int) -> None:
    count = count_orders(size, 100)
    orders = list_orders(size, count)
    followed = Counter(pair for order in orders for pair in pairwise(order))
    assert count == (size if size % 2 == 0 else 2 * size)
    assert set(followed.values()) == {count // size}
    assert len(followed) == size * (size - 1)


@pytest.mark.parametrize("size", SIZES)
def test_with_two_orders_each_of_two_answers_comes_first_once(size: int) -> None:
    one, other = list_orders(size, 2)
    for first, second in combinations(range(size), 2):
        assert (one.index(first) < one.index(second)) != (other.index(first) < other.index(second))


@pytest.mark.parametrize(
    ("size", "asked", "count"), [(4, 0, 4), (5, 0, 5), (4, 9, 4), (5, 16, 10), (6, 2, 2)]
)
def test_there_are_as_many_orders_as_are_asked_for_and_differ(size: int, asked: int, count: int) -> None:
    assert count_orders(size, asked) == count
    assert len(set(list_orders(size, count))) == count


def test_which_answer_begins_is_drawn_for_each_task_and_stays() -> None:
    project = Project(seed=3)
    tasks = [Task(identity=f"task-{number}") for number in range(200)]
    drawn = [draw_orders(project, task, size=3, count=1)[0] for task in tasks]
    assert drawn == [draw_orders(project, task, size=3, count=1)[0] for task in tasks]
    starts = Counter(order[0] for order in drawn)
    assert all(40 < starts[answer] < 95 for answer in "012")
