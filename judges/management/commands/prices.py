from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Any  # Django passes options by name
from uuid import UUID

from django.core.management.base import CommandError
from django.utils import timezone

from annotations.models import Project
from evalplatform.common.errors import PlatformError
from evalplatform.common.ledger_command import LedgerCommand
from judges.engine.money.price_table import (
    PROVIDERS,
    PriceLine,
    import_prices,
    read_value,
    remove_price,
    set_price,
)
from judges.engine.money.pricing import AMOUNTS, list_lines
from judges.models import Price

VERBS = """\
list             every line, the nearest table first
set              write a line: --provider, --model, --tokens-in, --tokens-out
import FILE      write the lines of a JSON lines file, all or none
remove ID        take a line away
"""
USD = "USD for a million tokens"


class Command(LedgerCommand):
    help = "What models cost: list, set, import or remove lines of the price table."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(
            prog_name, subcommand, epilog=VERBS, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["list", "set", "import", "remove"])
        parser.add_argument(
            "target", nargs="?", default="", help="file to import, or id of the line to remove"
        )
        parser.add_argument("--project", default="", help="slug: the project's own prices; left out, for all")
        parser.add_argument("--provider", choices=PROVIDERS)
        parser.add_argument(
            "--model", help="also of its dated snapshots; with * at the end: all that begin so"
        )
        parser.add_argument("--base-url", default="", help="left out, the provider's own address")
        parser.add_argument("--valid-from", help="first day as YYYY-MM-DD, UTC; left out, today")
        for name in AMOUNTS:
            parser.add_argument(f"--{name.replace('_', '-')}", help=USD)
        parser.add_argument("--note", default="", help="where the price was read")

    def handle(self, *args: Any, **options: Any) -> None:
        verbs: dict[str, Callable[..., None]] = {
            "list": self._list, "set": self._set, "import": self._import, "remove": self._remove,
        }  # fmt: skip
        try:
            verbs[options["verb"]](project=_find_project(options["project"]), options=options)
        except PlatformError as error:
            raise CommandError(error.detail) from None

    def _list(self, *, project: Project | None, options: dict[str, Any]) -> None:
        for price in sorted(list_lines(project), key=_rank):
            self.stdout.write(describe_price(price))

    def _set(self, *, project: Project | None, options: dict[str, Any]) -> None:
        for name in ("provider", "model", "tokens_in", "tokens_out"):
            if not options[name]:
                raise CommandError(f"--{name.replace('_', '-')} is wanted.")
        line = PriceLine(
            provider=options["provider"],
            model=options["model"],
            base_url=options["base_url"],
            valid_from=read_value(
                "valid_from", options["valid_from"] or timezone.now().astimezone(UTC).date()
            ),
            note=options["note"],
            **{name: read_value(name, options[name]) for name in AMOUNTS},
        )
        self.stdout.write(describe_price(set_price(line=line, project=project, actor=None)))

    def _import(self, *, project: Project | None, options: dict[str, Any]) -> None:
        try:
            lines = Path(options["target"]).read_bytes().splitlines()
        except OSError as error:
            raise CommandError(f"{options['target']} cannot be read: {error.strerror}.") from None
        self.stdout.write(f"{import_prices(lines=lines, project=project, actor=None)} lines written.")

    def _remove(self, *, project: Project | None, options: dict[str, Any]) -> None:
        price = _find_price(project, options["target"])
        words = describe_price(price)
        remove_price(price=price, actor=None)
        self.stdout.write(f"Removed: {words}")


def _find_project(slug: str) -> Project | None:
    if not slug:
        return None
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        raise CommandError(f"There is no project {slug}.")
    return project


def _find_price(project: Project | None, public_id: str) -> Price:
    try:
        price = Price.objects.filter(project=project, public_id=UUID(public_id)).first()
    except ValueError:
        price = None
    if price is None:
        raise CommandError(f"There is no line {public_id}: prices list shows them.")
    return price


def _rank(price: Price) -> tuple[int, str, str]:
    """The nearest table first, then by provider and model."""
    return (0 if price.project_id else 1 if price.pk else 2), price.provider, price.model


def describe_price(price: Price) -> str:
    """A line in words."""
    source = str(price.public_id) if price.pk else "list"
    where = f" at {price.base_url}" if price.base_url else ""
    stated = [
        f"{name.removeprefix('tokens_').replace('_', ' ')} {_spell(getattr(price, name))}"
        for name in AMOUNTS
        if getattr(price, name) is not None
    ]
    words = (
        f"{source}  {price.provider} {price.model}{where} from {price.valid_from}: {', '.join(stated)} USD/M"
    )
    owner = f", {price.project.slug} only" if price.project else ""
    return words + owner


def _spell(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
