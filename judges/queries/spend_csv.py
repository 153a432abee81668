"""Spend as a table for spreadsheets."""

import csv
import io

from evalplatform.common.csv_cells import guard_cell
from judges.queries.spend import Spend, SpendTable

FIGURES = (
    "calls", "unpriced", "tokens_in", "tokens_cached", "tokens_cache_written", "tokens_out",
    "confirmed", "estimated", "total",
)  # fmt: skip


def write_spend_csv(table: SpendTable) -> str:
    """A line each and the sum last (RFC 4180); USD with eight decimals."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([table.by, "name", *FIGURES])
    writer.writerows(_spell(row) for row in table.rows)
    writer.writerow(["total", "", *_spell(table.total)[2:]])
    return buffer.getvalue()


def _spell(row: Spend) -> list[str]:
    amounts = (getattr(row, name) for name in FIGURES)
    return [
        guard_cell(row.key),
        guard_cell(row.name),
        *(f"{amount:.8f}" if not isinstance(amount, int) else str(amount) for amount in amounts),
    ]
