"""What tokens cost, and how many a text can be at most."""

from dataclasses import dataclass
from decimal import Decimal

MILLION = Decimal(1_000_000)
STEP = Decimal("1e-8")
FRAMING = 200  # roles, separators and a vendor's own words about the schema


@dataclass(frozen=True, slots=True)
class Tariff:
    """USD for a million tokens of one model in one lane.

    Tokens read from the provider's cache and tokens written to it are part of the tokens in.
    """

    tokens_in: Decimal
    tokens_cached: Decimal
    tokens_written: Decimal
    tokens_out: Decimal

    def charge(
        self, *, tokens_in: int, tokens_out: int, tokens_cached: int = 0, tokens_written: int = 0
    ) -> Decimal:
        """USD for one call, to the eighth decimal."""
        cached = min(tokens_cached, tokens_in)
        written = min(tokens_written, tokens_in - cached)
        total = (
            (tokens_in - cached - written) * self.tokens_in
            + cached * self.tokens_cached
            + written * self.tokens_written
            + tokens_out * self.tokens_out
        )
        return (total / MILLION).quantize(STEP)

    def charge_at_most(self, *, tokens_in: int, tokens_out: int) -> Decimal:
        """USD that a call of so many tokens cannot exceed, whatever the cache does."""
        dearest = max(self.tokens_in, self.tokens_cached, self.tokens_written)
        return ((tokens_in * dearest + tokens_out * self.tokens_out) / MILLION).quantize(STEP)


FREE = Tariff(Decimal(0), Decimal(0), Decimal(0), Decimal(0))


def count_bytes(*texts: str) -> int:
    """Bytes of the texts in UTF-8; what UTF-8 cannot hold counts as it is sent, escaped."""
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)


def bound_tokens(size: int) -> int:
    """Tokens that `size` bytes of prompt and schema cannot exceed.

    A token of a tokenizer that splits bytes stands for one byte or more; characters are no bound, since one of them may
    be four tokens.
    """
    return size + FRAMING
