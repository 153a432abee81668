"""Start the whole platform on this machine and keep it running."""

import signal
from argparse import ArgumentParser
from contextlib import suppress
from types import FrameType
from typing import Any  # Django passes a command's options as a mixed dict

from django.core.management.base import BaseCommand, CommandError

from evalplatform.management.supervisor import Supervisor, SupervisorError


class Command(BaseCommand):
    help = "Start the store, a worker, the sweep and the web pages on this machine; Ctrl-C stops them all."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
        parser.add_argument("--port", type=int, help="port (default: 8000, or the next free one)")

    def handle(self, *args: Any, **options: Any) -> None:
        stop_on_signals()
        try:
            with Supervisor(host=options["host"], port=options["port"]) as platform:
                self.stdout.write(f"Running at {platform.url} - Ctrl-C stops it.")
                self.stdout.flush()
                platform.wait()
        except SupervisorError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            with suppress(OSError):  # the terminal may be gone
                self.stdout.write("Stopped.")


def stop_on_signals() -> None:
    """Let SIGTERM and a closed terminal end this process as Ctrl-C does."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, interrupt)
