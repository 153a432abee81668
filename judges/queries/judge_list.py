"""A project's judges with what they did: verdicts, money, runs."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from annotations.models import Annotation, Project
from judges.models import Judge, Run
from judges.queries.nouns import list_judges


@dataclass(frozen=True, slots=True)
class JudgeLine:
    """A judge and its work; `spent` is in USD, and does not hold calls at an unknown price."""

    judge: Judge
    verdicts: int
    runs: int
    spent: Decimal

    @property
    def usd_a_verdict(self) -> Decimal | None:
        """None before there is a verdict."""
        return self.spent / self.verdicts if self.verdicts else None


def list_judge_lines(project: Project) -> list[JudgeLine]:
    """All judges of the project by name."""
    return _describe(project, list_judges(project).order_by("rater__name"))


def read_judge_line(judge: Judge) -> JudgeLine:
    """One judge and its work."""
    return _describe(judge.project, [judge])[0]


def _describe(project: Project, judges: Iterable[Judge]) -> list[JudgeLine]:
    held = list(judges)
    given = Annotation.objects.filter(
        project=project, rater__in=[judge.rater_id for judge in held], is_current=True
    )
    verdicts = dict(given.values_list("rater").annotate(n=Count("pk")).order_by())
    runs = Run.objects.filter(judge__in=held).values_list("judge").annotate(n=Count("pk"), usd=Sum("spent"))
    work = {judge: (count, usd) for judge, count, usd in runs.order_by()}
    return [
        JudgeLine(judge, verdicts.get(judge.rater_id, 0), *work.get(judge.pk, (0, Decimal(0))))
        for judge in held
    ]
