"""`manage.py write_reference`: the reference pages, from the code."""

from pathlib import Path
from typing import Any  # Django's signature

from django.core.management.base import BaseCommand

from evalplatform.management.reference import write_pages

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "reference"


class Command(BaseCommand):
    help = "Write the reference pages of the documentation from the code."

    def handle(self, *args: Any, **options: Any) -> None:
        for file in write_pages(FOLDER):
            self.stdout.write(f"wrote {file.name}")
