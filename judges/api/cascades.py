"""Cascades over REST: researchers study, form and start them, reviewers read."""

from typing import Any, ClassVar  # a study is JSON
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.nouns import NounDetail, NounList
from annotations.models import Project
from evalplatform.accounts.scopes import Scope
from evalplatform.rest.views import DeclaredView
from judges.access import get_cascade_for, get_project_to_steer_for, read_cascade_for
from judges.api import cascade_serializers as shapes
from judges.api.serializers import AmountSerializer
from judges.engine.cascades import CascadeStudy, form_cascade, study_cascade
from judges.engine.cascades.budgeting import set_cascade_budget
from judges.engine.cascades.foreseeing import forecast_cascade
from judges.engine.cascades.leaving import list_left
from judges.engine.cascades.starting import refresh_cascade, start_cascade
from judges.engine.cascades.steering import cancel_work, pause_work, resume_work
from judges.models import Cascade
from judges.queries.cascades import list_cascades


class CascadeCollection(NounList[Cascade]):
    """A cheap judge, a dear one and people as one rater, newest first."""

    scopes: ClassVar = {"GET": (Scope.READ,), "POST": (Scope.RUN,)}
    bodies: ClassVar = {"POST": shapes.CascadeOrderSerializer}
    rows = staticmethod(list_cascades)
    serializer_class = shapes.CascadeSerializer

    @extend_schema(responses={201: shapes.CascadeDetailSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Form a cascade of recorded verdicts; a worker writes its own. Asked for again, it is brought up to date."""
        project = get_project_to_steer_for(self.actor, slug)
        cascade = form_cascade(project=project, **self.read_body())
        refresh_cascade(cascade=cascade, user=self.actor)
        return _show(project, cascade.public_id, status=201)


class CascadeDetail(NounDetail[Cascade]):
    """A cascade: its terms and thresholds, how far it is, what it cost and spared."""

    rows = staticmethod(list_cascades)
    serializer_class = shapes.CascadeDetailSerializer


class CascadeStudyView(DeclaredView):
    """What recorded verdicts promise."""

    scopes: ClassVar = {"POST": (Scope.RUN,)}
    bodies: ClassVar = {"POST": shapes.CascadeTermsSerializer}

    @extend_schema(request=shapes.CascadeTermsSerializer, responses=shapes.CascadeStudySerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Choose thresholds on recorded verdicts and try them on other items; nothing is stored."""
        project = get_project_to_steer_for(self.actor, slug)
        study = study_cascade(project=project, **self.read_body())
        return Response(shapes.CascadeStudySerializer(_describe(study)).data)


class CascadeForecast(DeclaredView):
    """What a cascade would come to, before a cent is spent."""

    scopes: ClassVar = {"POST": (Scope.RUN,)}
    bodies: ClassVar = {"POST": shapes.CascadeForecastOrderSerializer}

    @extend_schema(request=shapes.CascadeForecastOrderSerializer, responses=shapes.CascadeForecastSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Calls and cost of each stage of a cascade that is not started; nothing is written."""
        project = get_project_to_steer_for(self.actor, slug)
        told = forecast_cascade(project=project, **self.read_body())
        return Response(shapes.CascadeForecastSerializer(told).data)


class CascadeStart(DeclaredView):
    """Set a cascade to work."""

    scopes: ClassVar = {"POST": (Scope.RUN,)}
    bodies: ClassVar = {"POST": shapes.CascadeStartSerializer}

    @extend_schema(request=shapes.CascadeStartSerializer, responses={201: shapes.CascadeDetailSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Let it call its judges, stage by stage. Asked for again while it is at work, the one that is."""
        project = get_project_to_steer_for(self.actor, slug)
        run = start_cascade(project=project, user=self.actor, **self.read_body())
        return _show(project, run.cascade.public_id, status=201)


class CascadeLeft(DeclaredView):
    """What a cascade leaves to people."""

    scopes: ClassVar = {"GET": (Scope.READ,)}

    @extend_schema(responses=shapes.CascadeLeftSerializer)
    def get(self, request: Request, slug: str, public_id: UUID) -> Response:
        """Ids of the tasks that neither judge decides, in queue order."""
        cascade = read_cascade_for(self.actor, slug, public_id)
        return Response(shapes.CascadeLeftSerializer({"tasks": list_left(cascade)}).data)


class CascadeVerb(DeclaredView):
    """Steer a cascade at work."""

    scopes: ClassVar = {"POST": (Scope.RUN,)}
    verb: ClassVar["staticmethod[..., None]"]

    @extend_schema(responses=shapes.CascadeDetailSerializer)
    def post(self, request: Request, slug: str, public_id: UUID) -> Response:
        cascade = get_cascade_for(self.actor, slug, public_id)
        type(self).verb(cascade=cascade)
        return _show(cascade.project, public_id)


class CascadePause(CascadeVerb):
    """Stop asking; answers on their way are still recorded."""

    verb = staticmethod(pause_work)


class CascadeResume(CascadeVerb):
    """Go on where it stood."""

    verb = staticmethod(resume_work)


class CascadeCancel(CascadeVerb):
    """Call it off; verdicts that are there stay."""

    verb = staticmethod(cancel_work)


class CascadeBudget(DeclaredView):
    """What a cascade at work may spend."""

    scopes: ClassVar = {"PUT": (Scope.RUN,)}
    bodies: ClassVar = {"PUT": AmountSerializer}

    @extend_schema(request=AmountSerializer, responses=shapes.CascadeDetailSerializer)
    def put(self, request: Request, slug: str, public_id: UUID) -> Response:
        """Set what both judges may spend together, from the beginning on; one that paused for it can then go on."""
        cascade = get_cascade_for(self.actor, slug, public_id)
        set_cascade_budget(cascade=cascade, amount=self.read_body()["amount"], actor=self.actor)
        return _show(cascade.project, public_id)


def _show(project: Project, public_id: UUID, *, status: int = 200) -> Response:
    cascade = list_cascades(project).get(public_id=public_id)
    return Response(shapes.CascadeDetailSerializer(cascade).data, status=status)


def _describe(study: CascadeStudy) -> dict[str, Any]:
    judges = (study.terms.cheap, study.terms.dear)
    stages = [
        {
            "judge": judge,
            "threshold": plan.threshold,
            "undefined": plan.undefined,
            "reached": plan.reached,
            "kept": plan.kept,
            "upper_risk": plan.upper_risk,
            "held_out_kept": held.kept,
            "held_out_labelled": held.labelled,
            "held_out_disagreements": held.disagreements,
        }
        for judge, plan, held in zip(judges, study.plan.stages, study.held_out, strict=True)
    ]
    return {
        "calibration_items": study.calibration_items,
        "stages": stages,
        "left": study.plan.left,
        "left_tasks": len(study.left_to_people),
        "waiting": len(study.waiting),
        "undefined": study.plan.undefined,
    }
