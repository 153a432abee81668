"""Stands in a folder of pages, to see which markers its tests are given."""

import pytest


@pytest.mark.database
def test_a_page_is_tried_on_one_database(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("one_database") is not None


@pytest.mark.database(transaction=True)
def test_a_page_that_commits_is_tried_on_both(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("one_database") is None


def test_a_page_without_a_database_is_tried_once_anyway(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("one_database") is None
