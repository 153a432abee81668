"""Numbers as people write them: digits, Roman letters, English and Russian words."""

from evalplatform.metrics.numbers.compose import Number
from evalplatform.metrics.numbers.reading import read_number

__all__ = ["Number", "read_number"]
