from argparse import ArgumentParser
from typing import Any  # Django passes options by name

from django.core.management.base import BaseCommand, CommandError

from evalplatform.common.errors import NotInstalled
from judges.engine.versions.local_install import has_whole_model, install_local_model, remove_local_model
from judges.providers.local_files import HOW_TO_INSTALL, LOCAL_MODEL, is_installed, local_folder


class Command(BaseCommand):
    help = "Install, look at or remove the small local model: a weak specimen that needs neither key nor network."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=("install", "status", "remove"))

    def handle(self, *args: Any, **options: Any) -> None:
        {"install": self._install, "status": self._tell, "remove": self._remove}[options["action"]]()

    def _install(self) -> None:
        try:
            folder = install_local_model()
        except NotInstalled as error:
            raise CommandError(error.detail) from None
        self.stdout.write(f"{LOCAL_MODEL} is installed in {folder}.")

    def _tell(self) -> None:
        if not is_installed():
            raise CommandError(f"{HOW_TO_INSTALL}.")
        if not has_whole_model(local_folder()):
            raise CommandError("The weights have a wrong checksum: run manage.py local_judge install again.")
        self.stdout.write(f"{LOCAL_MODEL} is installed in {local_folder()}, and its checksum is right.")

    def _remove(self) -> None:
        self.stdout.write("Removed." if remove_local_model() else "There was nothing to remove.")
