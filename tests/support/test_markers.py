import pytest

from tests.support.markers import TESTS, follow_database


@pytest.mark.database
def test_database_brings_django_db(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("django_db") is not None


@pytest.mark.django_db(transaction=True)
def test_django_db_brings_database(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("database") is not None


@pytest.mark.database(transaction=True)
def test_arguments_are_passed_on(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("django_db").kwargs == {"transaction": True}


@pytest.mark.database
def test_what_is_no_page_is_tried_on_both(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("one_database") is None


@pytest.mark.reliability
def test_tests_of_processes_stand_in_one_of_two_lines(request: pytest.FixtureRequest) -> None:
    group = request.node.get_closest_marker("xdist_group")
    assert group is not None
    assert group.args[0] in ("line-0", "line-1")


def test_statistics_may_not_need_the_database(request: pytest.FixtureRequest) -> None:
    item = pytest.Function.from_parent(request.node.parent, name="test_it", callobj=lambda: None)
    item.path = TESTS / "agreement" / "test_it.py"
    item.add_marker(pytest.mark.database)
    with pytest.raises(pytest.UsageError, match="PostgreSQL never sees"):
        follow_database(item)
