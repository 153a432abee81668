import signal
import threading
from argparse import ArgumentParser
from typing import Any  # Django passes options by name

import structlog
from django.conf import settings
from django.core.checks import Tags
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from annotations.domain.intake.uploads import forget_old_uploads
from annotations.domain.planning.archiving import purge_archived_projects
from annotations.domain.planning.plan_batches import plan_waiting_batches
from annotations.domain.queue.leases import sweep_assignments
from evalplatform.rest.idempotency import forget_old_replies
from judges.engine.sweep import sweep_once

log = structlog.get_logger("judges.sweep")


class Command(BaseCommand):
    help = "Return work whose worker died, ring for what waits, plan attempts of following runs; every few seconds."
    requires_system_checks = [Tags.compatibility]  # the time limits'; those of pages would load every page

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="one round, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            run_round()
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            try:
                run_round()
            except DatabaseError as error:
                log.warning("the database was not reached", reason=type(error).__name__)
            close_old_connections()
            stop.wait(settings.EVALPLATFORM_SWEEP_INTERVAL)


def run_round() -> None:
    """One round of the sweep, over judges' work and people's."""
    done = {"batches": plan_waiting_batches()}
    done |= sweep_once()
    done |= {"expired": sweep_assignments(), "replies": forget_old_replies()}
    done |= {"uploads": forget_old_uploads(), "purged": purge_archived_projects()}
    if any(done.values()):
        log.info("swept", **done)
