"""Judges, runs and calls over REST: researchers act, reviewers read."""

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.nouns import NounDetail, NounList
from annotations.queries.task_ids import find_task_ids
from evalplatform.accounts.scopes import Scope
from evalplatform.common.errors import Conflict
from evalplatform.rest.views import DeclaredView
from judges.access import get_judge_for, get_project_to_steer_for, get_run_for
from judges.api import serializers as shapes
from judges.engine.ledger.control import cancel_run, pause_run, resume_run
from judges.engine.planning.plan import plan_run
from judges.models import Attempt, Judge, Run
from judges.queries.nouns import list_attempts, list_judges, list_runs


class JudgeCollection(NounList[Judge]):
    """The project's judges, newest first."""

    rows = staticmethod(list_judges)
    serializer_class = shapes.JudgeSerializer


class JudgeDetail(NounDetail[Judge]):
    """A judge: model, prompt version, protocol, parameters, examples, and the items that it never rates."""

    rows = staticmethod(list_judges)
    serializer_class = shapes.JudgeDetailSerializer


class AttemptCollection(NounList[Attempt]):
    """Calls to providers, planned and made, newest first."""

    rows = staticmethod(list_attempts)
    serializer_class = shapes.AttemptSerializer


class AttemptDetail(NounDetail[Attempt]):
    """One call."""

    rows = staticmethod(list_attempts)
    serializer_class = shapes.AttemptSerializer


class RunCollection(NounList[Run]):
    """Judge runs, newest first; each by itself has its progress."""

    scopes: ClassVar = {"GET": (Scope.READ,), "POST": (Scope.RUN,)}
    bodies: ClassVar = {"POST": shapes.RunOrderSerializer}
    rows = staticmethod(list_runs)
    serializer_class = shapes.RunSerializer

    @extend_schema(responses={201: shapes.RunDetailSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Let a judge rate every open task, or those named, that it has no verdict on."""
        get_project_to_steer_for(self.actor, slug)
        order = self.read_body()
        judge = get_judge_for(self.actor, slug, order.pop("judge"))
        named = order.pop("tasks", None)
        only = None if named is None else find_task_ids(project=judge.project, public_ids=named)
        run = plan_run(project=judge.project, judge=judge, only=only, user=self.actor, **order)
        return Response(shapes.RunDetailSerializer(run).data, status=201)


class RunDetail(NounDetail[Run]):
    """A run with its progress: verdicts, failures by reason, tokens, spend."""

    rows = staticmethod(list_runs)
    serializer_class = shapes.RunDetailSerializer


class RunVerb(DeclaredView):
    """Steer a run."""

    scopes: ClassVar = {"POST": (Scope.RUN,)}
    verb: ClassVar["staticmethod[[Run], None]"]

    @extend_schema(responses=shapes.RunDetailSerializer)
    def post(self, request: Request, slug: str, public_id: UUID) -> Response:
        type(self).verb(get_run_for(self.actor, slug, public_id))
        return Response(shapes.RunDetailSerializer(get_run_for(self.actor, slug, public_id)).data)


def _pause(run: Run) -> None:
    if not pause_run(run=run, reason="Paused by hand."):
        raise Conflict("This run is not going.")


def _resume(run: Run) -> None:
    resume_run(run=run)


def _cancel(run: Run) -> None:
    cancel_run(run=run)


class RunPause(RunVerb):
    """Stop asking; answers on their way are still recorded."""

    verb = staticmethod(_pause)


class RunResume(RunVerb):
    """Go on, and try again what had been given up."""

    verb = staticmethod(_resume)


class RunCancel(RunVerb):
    """Call the run off for good."""

    verb = staticmethod(_cancel)
