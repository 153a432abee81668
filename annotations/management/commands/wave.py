from argparse import ArgumentParser
from typing import Any  # Django passes options by name

from django.core.management.base import CommandError

from annotations.domain.planning.waves import WaveTerms, close_wave, open_wave
from annotations.models import Project, Wave, WaveRule
from annotations.queries.waves import list_waves
from evalplatform.common.errors import PlatformError
from evalplatform.common.ledger_command import LedgerCommand


class Command(LedgerCommand):
    help = "Draw a wave of tasks for people with known probabilities, close the open one, or tell of all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="of the project")
        parser.add_argument("--size", type=int, help="tasks, expected; draws a wave")
        parser.add_argument(
            "--rule", choices=WaveRule.values, default=WaveRule.EVEN, help="which tasks are drawn more often"
        )
        parser.add_argument("--criterion", default="", help="left out: the only one")
        parser.add_argument("--judge", default="", help="judge:NAME, for the rules uncertainty and spread")
        parser.add_argument("--floor", type=float, help="least probability of a task")
        parser.add_argument("--close", action="store_true", help="close the wave that is open")

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["slug"], archived_at=None).first()
        if project is None:
            raise CommandError(f"There is no project {options['slug']!r}.")
        try:
            if options["close"]:
                self._close(project)
            if options["size"] is not None:
                names = ("size", "criterion", "judge", "floor")
                terms = WaveTerms(rule=WaveRule(options["rule"]), **{name: options[name] for name in names})
                open_wave(project=project, terms=terms, actor=None)
        except PlatformError as error:
            raise CommandError(error.detail) from None
        for wave in list_waves(project):
            self.stdout.write(_describe(wave))

    def _close(self, project: Project) -> None:
        wave = project.waves.filter(closed_at=None).first()
        if wave is None:
            raise CommandError("No wave is open.")
        close_wave(wave=wave, actor=None)


def _describe(wave: Wave) -> str:
    state = "closed" if wave.closed_at else "open"
    answered = getattr(wave, "answered", 0)
    return (
        f"Wave {wave.number} ({wave.rule}, {state}): {wave.drawn} of {wave.frame} tasks drawn,"
        f" probabilities from {wave.floor:.3g} on; {answered} have an answer."
    )
