"""What follows from how often each category was chosen."""

import numpy as np

from evalplatform.agreement.arrays import FloatArray


def find_mid_ranks(margin: FloatArray) -> FloatArray:
    """Mid-rank of each category, from the mean rank, of counts or shares (categories, tables)."""
    result: FloatArray = np.cumsum(margin, axis=0) - margin / 2 - margin.sum(axis=0) / 2
    return result
