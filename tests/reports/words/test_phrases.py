import pytest

from evalplatform.reports.words.phrases import show_share


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1.0, "100 %"), (0.9999, "over 99.9 %"), (0.996, "99.6 %"), (0.634, "63 %"), (0.004, "0.4 %"),
        (0.0001, "under 0.1 %"), (0.0, "0 %"),
    ],
)  # fmt: skip
def test_only_all_looks_like_all_and_only_nothing_like_nothing(value: float, shown: str) -> None:
    assert show_share(value).replace("\xa0", " ") == shown
