import numpy as np
import pytest

from evalplatform.agreement import sums
from evalplatform.agreement.sums import ClusterSums


@pytest.mark.parametrize("small", [sums.SMALL, -(10**6)])
def test_entries_are_weighted_by_cluster_and_summed_by_column(
    small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sums, "SMALL", small)
    held = ClusterSums(
        np.array([0, 1, 1, 2]), np.array([3, 0, 3, 0]), np.array([1.0, 2.0, 4.0, 8.0]), types=3, columns=5
    )
    assert (held.matrix is None) == (small < 0)
    items = np.array([[1.0, 2.0], [1.0, 0.0], [1.0, 3.0]])
    assert held.under(items).tolist() == [[10.0, 24.0], [0.0, 0.0], [0.0, 0.0], [5.0, 2.0], [0.0, 0.0]]
