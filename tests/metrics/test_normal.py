import pytest

from evalplatform.metrics.normal import normalise


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The  Cat, a dog & an Ox!", "cat dog & ox"),
        ("well-known", "well known"),
        ("it's", "its"),
        ("COVID-19", "covid 19"),
        ("«Ёлка» — это дерево.", "ёлка это дерево"),
        ("3.5, 1,000 and 10:30.", "3.5 1,000 and 10:30"),
        ("from -5 to 5%", "from -5 to 5%"),
        ("A", "a"),
        ("...", "..."),
        ("", ""),
        ("e\u0301", "\u00e9"),
    ],
)
def test_only_what_means_nothing_is_dropped(text: str, normal: str) -> None:
    assert normalise(text) == normal
