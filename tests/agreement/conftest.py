"""Tables that several tests of the statistics share."""

import pytest

from evalplatform.agreement import RatingTable

# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability": four raters, twelve units
FOUR_RATERS = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
"""
# documentation of the krippendorff package: three raters, fifteen units
THREE_RATERS = """
. . . . . 3 4 1 2 1 1 3 3 . 3
1 . 2 1 3 3 4 3 . . . . . . .
. . 2 1 3 4 4 . 2 1 1 3 3 . 4
"""


def read_matrix(text: str) -> RatingTable:
    """Read a table of raters by units, with a dot where a rating is missing."""
    records = [
        (unit, f"rater{rater}", None if cell == "." else int(cell))
        for rater, line in enumerate(text.split("\n")[1:-1])
        for unit, cell in enumerate(line.split())
    ]
    return RatingTable.from_records(records, level="unstated")


@pytest.fixture
def four_raters() -> RatingTable:
    return read_matrix(FOUR_RATERS)


@pytest.fixture
def three_raters() -> RatingTable:
    return read_matrix(THREE_RATERS)
