import numpy as np
import pytest

from evalplatform.agreement.arrays import Labels, encode_labels


@pytest.mark.parametrize(
    ("labels", "distinct"),
    [
        (["b", "a", "b"], ["a", "b"]),
        ([3, -1, 3], [-1, 3]),
        (np.array([3, -1, 3]), [-1, 3]),
        (np.array([10**12, 5, 10**12]), [5, 10**12]),
        (np.array([2.5, 0.5, 2.5]), [0.5, 2.5]),
        ([("item", 2), ("item", 1), ("item", 2)], [("item", 1), ("item", 2)]),
    ],
)
def test_labels_are_coded_by_their_place_in_order(labels: Labels, distinct: list[object]) -> None:
    codes, found = encode_labels(labels)
    assert codes.tolist() == [1, 0, 1]
    assert found.tolist() == distinct


def test_labels_that_cannot_be_compared_are_coded_all_the_same() -> None:
    codes, found = encode_labels(["a", 1, ("a", None), ("a", 1)])
    assert sorted(codes.tolist()) == [0, 1, 2, 3]
    assert [found[code] for code in codes] == ["a", 1, ("a", None), ("a", 1)]


def test_no_labels_have_no_codes() -> None:
    assert encode_labels(np.array([], dtype=np.int64))[0].size == 0
    assert encode_labels([])[1].size == 0
