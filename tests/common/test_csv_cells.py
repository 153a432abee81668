import pytest

from evalplatform.common.csv_cells import guard_cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\x00=1", "  =1", "\n@x"])
def test_row_25_what_a_spreadsheet_would_run_is_text(text: str) -> None:
    assert guard_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "fine", "a=b", "1-1", "'=1", "mail@example.org", " \n"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert guard_cell(text) == text
