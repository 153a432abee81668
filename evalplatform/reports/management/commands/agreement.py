"""manage.py agreement: how far the raters of anyone's own table agree."""

import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any  # options come from argparse

from django.core.management.base import BaseCommand, CommandError

from evalplatform.agreement import (
    LEVELS,
    AgreementError,
    Columns,
    describe_reliability,
    read_tables,
)
from evalplatform.reports.own_table import Described, print_tables, write_json


class Command(BaseCommand):
    help = "Print how far the raters agree in a CSV, JSONL or Parquet file of ratings, one rating a line."
    requires_system_checks: list[str] = []  # no project, no database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a .csv, .tsv, .jsonl (also .gz) or .parquet")
        parser.add_argument("--unit", default="unit", help="column: what was rated (default: unit)")
        parser.add_argument("--rater", default="rater", help="column: who rated (default: rater)")
        parser.add_argument("--value", default="value", help="column: the rating (default: value)")
        parser.add_argument("--cluster", help="column: the item that several units belong to")
        parser.add_argument("--weight", help="column: how much a rating weighs")
        parser.add_argument(
            "--by", action="append", default=[], help="column: a table for each of its values"
        )
        parser.add_argument(
            "--raters-are",
            choices=("person", "fixed", "slot"),
            default="person",
            help="persons stand for others like them, judges and metrics are fixed, a slot is a mere position",
        )
        parser.add_argument("--level", choices=LEVELS, help="level of measurement (default: all that fit)")
        parser.add_argument(
            "--categories",
            metavar="A,B,C",
            help="the scale in its order: of words, or of numbers that are not all in use",
        )
        parser.add_argument(
            "--resamples", type=int, default=1000, help="draws for an interval (default: 1000)"
        )
        parser.add_argument("--seed", type=int, default=0, help="of the draws (default: 0)")
        parser.add_argument("--json", action="store_true", help="print every field of every figure as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            parts = describe_file(options)
        except AgreementError as error:
            raise CommandError(str(error)) from None
        if options["json"]:
            self.stdout.write(write_json(parts))
        else:
            width = max(shutil.get_terminal_size((140, 40)).columns, 100)
            self.stdout.write(print_tables(parts, width=width))


def describe_file(options: dict[str, Any]) -> list[Described]:
    """The parts of the file with their figures."""
    by = tuple(options["by"])
    columns = Columns(
        **{name: options[name] for name in ("unit", "rater", "value", "cluster", "weight")}, by=by
    )
    categories = options["categories"]
    tables = read_tables(
        options["file"],
        columns=columns,
        level=options["level"] or "unstated",
        categories=[label.strip() for label in categories.split(",")] if categories else None,
    )
    if not tables:
        raise AgreementError(f"{options['file'].name} holds no rating")
    tables = {
        key: table.with_kinds(dict.fromkeys(table.raters, options["raters_are"]))
        for key, table in tables.items()
    }
    draws = {"resamples": options["resamples"], "seed": options["seed"]}
    return [
        Described(
            by=dict(zip(by, key, strict=True)), table=table, figures=describe_reliability(table, **draws)
        )
        for key, table in tables.items()
    ]
