import pytest


@pytest.mark.database
def test_database_brings_django_db(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("django_db") is not None


@pytest.mark.django_db(transaction=True)
def test_django_db_brings_database(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("database") is not None


@pytest.mark.database(transaction=True)
def test_arguments_are_passed_on(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("django_db").kwargs == {"transaction": True}
