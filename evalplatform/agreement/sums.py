"""Sums over clusters, one for each column, under the weights of many resamples at once."""

import numpy as np

from evalplatform.agreement.arrays import FloatArray, IntArray
from evalplatform.agreement.cells import sum_by, sum_runs

SPARSE = 8  # times as large as its entries a matrix may be before going through the entries is cheaper
SMALL = 2**16


class ClusterSums:
    """A sparse matrix of clusters by columns, made ready to be weighted by cluster and summed by column.

    `size` is how many numbers one resample needs at once.
    """

    def __init__(
        self, cluster: IntArray, column: IntArray, value: FloatArray, *, types: int, columns: int
    ) -> None:
        """Take the entries: their cluster type, their column and their value, (entries,) each."""
        self.columns = columns
        self.size = max(columns, types)
        self.matrix: FloatArray | None = None
        if types * columns <= SPARSE * len(value) + SMALL:
            summed = sum_by(column * types + cluster, value, types * columns)
            self.matrix = summed.reshape(columns, types)
            return
        self.size = max(self.size, len(value))
        order = np.argsort(column, kind="stable")
        self.cluster, self.value = cluster[order], value[order, None]
        self.used, self.starts = np.unique(column[order], return_index=True)

    def under(self, items: FloatArray) -> FloatArray:
        """Sum of each column, (columns, resamples), for (types, resamples) weights."""
        if self.matrix is not None:
            return self.matrix @ items
        sums = np.zeros((self.columns, items.shape[1]))
        sums[self.used] = sum_runs(self.value * items[self.cluster], self.starts)
        return sums
