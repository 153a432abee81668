import io
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any  # Django passes options by name

import orjson
from django.core.management.base import CommandError
from rich.console import Console
from rich.table import Table

from annotations.models import Project
from evalplatform.common.ledger_command import LedgerCommand
from judges.queries.spend import Spend, SpendBy, SpendTable, read_spend
from judges.queries.spend_csv import write_spend_csv


class Command(LedgerCommand):
    help = "What a project's judges have cost, in USD."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="of the project")
        parser.add_argument("--by", choices=list(SpendBy), default=SpendBy.DAY, help="what a line stands for")
        parser.add_argument("--format", choices=["table", "csv", "json"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["slug"]).first()
        if project is None:
            raise CommandError(f"There is no project {options['slug']}.")
        table = read_spend(project, by=options["by"])
        if options["format"] == "csv":
            self.stdout.write(write_spend_csv(table), ending="")
        elif options["format"] == "json":
            self.stdout.write(orjson.dumps(describe_spend(table)).decode())
        else:
            buffer = io.StringIO()
            Console(file=buffer, markup=False, emoji=False, highlight=False).print(_draw(table))
            self.stdout.write(buffer.getvalue(), ending="")


def describe_spend(table: SpendTable) -> dict[str, Any]:
    """The table as JSON values; amounts are texts."""
    return {"by": table.by, "rows": [_describe(row) for row in table.rows], "total": _describe(table.total)}


def _describe(row: Spend) -> dict[str, Any]:
    amounts = {name: f"{getattr(row, name):.8f}" for name in ("confirmed", "estimated", "total")}
    return asdict(row) | amounts


def _name(table: SpendTable, row: Spend) -> str:
    if not row.key:
        return "total"
    return f"{row.name} {row.key[:8]}" if table.by == SpendBy.RUN else row.name


def _draw(table: SpendTable) -> Table:
    drawn = Table(title="USD; days in UTC")
    for name in (table.by, "calls", "tokens in", "out", "confirmed", "estimated", "total"):
        drawn.add_column(name, justify="left" if name == table.by else "right")
    for row in (*table.rows, table.total):
        unknown = f" + {row.unpriced} calls at an unknown price" if row.unpriced else ""
        drawn.add_row(
            _name(table, row),
            *map(str, (row.calls, row.tokens_in, row.tokens_out)),
            *(f"{amount:.6f}" for amount in (row.confirmed, row.estimated)),
            f"{row.total:.6f}{unknown}",
        )
    return drawn
