"""Two projects of the same shape and everybody who may knock at their doors."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from uuid import UUID

from django.apps import apps
from django.db import models
from django.test import Client
from django.utils import timezone

from annotations.domain.intake.uploads import keep_upload
from annotations.domain.planning.waves import WaveTerms, open_wave
from annotations.domain.projects.invitations import create_invitation
from annotations.domain.queue.claim import claim_assignment
from annotations.domain.reading.remarks import add_remark
from annotations.domain.reviewing.adjudicate import send_back
from annotations.domain.submitting.annotate import record_annotation
from annotations.models import (
    Annotation,
    Batch,
    Caution,
    CautionEffect,
    Ground,
    Objection,
    Presentation,
    Project,
    Rater,
    RemarkKind,
    Role,
    Task,
    Twin,
    TwinKind,
)
from evalplatform.accounts.models import ApiToken, User
from evalplatform.accounts.tokens import create_api_token
from evalplatform.reports.plans.drafts import PlanDraft
from evalplatform.reports.plans.frozen import freeze_plan
from judges.engine.cascades import Terms
from judges.engine.cascades.starting import start_cascade
from judges.engine.money.budget import set_project_budget
from judges.engine.money.price_table import PriceLine, set_price
from judges.engine.panels import form_panel
from judges.engine.planning.plan import plan_run
from judges.engine.versions.prompt_versions import keep_library_prompt
from judges.engine.versions.register import create_judge
from judges.models import PromptChoice, RawReply
from tests.factories.ledger import (
    make_member,
    make_pair_rubric,
    make_pair_task,
    make_person,
    make_project,
    make_user,
)
from tests.factories.ratings import rate
from tests.security.matrix import Principal

P = Principal
OURS, THEIRS, NOWHERE_SLUG = "our-project", "the-project", "not-project"  # of one length
RANDOM = UUID("00000000-0000-4000-8000-000000000000")


@dataclass(frozen=True)
class Caller:
    """One who knocks: on pages by session, at the API by token."""

    user: User
    pages: Client
    api: Client


@dataclass(frozen=True)
class World:
    """`ours`, where most callers belong, and `theirs`."""

    ours: Project
    theirs: Project
    callers: dict[Principal, Caller]
    words: dict[str, set[str]]  # by slug: what nobody outside may read

    def home(self, who: Principal) -> Project:
        return self.theirs if who in (P.RATER_ELSEWHERE, P.RESEARCHER_ELSEWHERE) else self.ours

    def abroad(self, who: Principal) -> Project:
        return self.ours if self.home(who) == self.theirs else self.theirs

    def find_thing(self, who: Principal, kind: str, project: Project) -> UUID:
        """The id of a thing of this kind in the project: the caller's own where such things have owners."""
        if kind == "token":
            owner = who if project == self.home(who) else self._counterpart(who)
            return ApiToken.objects.get(name=owner).public_id
        found = things_of(kind, project)
        if kind in ("annotation", "assignment", "query", "caution"):
            found = found.filter(rater__user=self.callers[who].user) or found
        return UUID(str(found.order_by("pk").values_list("public_id", flat=True)[0]))

    def _counterpart(self, who: Principal) -> Principal:
        return P.RATER if self.home(who) == self.theirs else P.RATER_ELSEWHERE


def things_of(kind: str, project: Project) -> "models.QuerySet[models.Model]":
    """Rows of the one model of this name that belong to the project."""
    model = next(model for model in apps.get_models() if model._meta.model_name == kind)
    return model._default_manager.filter(project=project)


def list_words(project: Project) -> set[str]:
    """The slug and every id of the project's rows."""
    words = {project.slug, str(project.public_id)}
    for model in apps.get_models():
        names = {field.name for field in model._meta.get_fields()}
        if {"public_id", "project"} <= names and model._meta.label != "accounts.AuditEvent":
            things = things_of(model._meta.model_name or "", project)
            words |= {str(public_id) for public_id in things.values_list("public_id", flat=True)}
    return words


def build_world() -> World:
    """Everything that an address can name exists in both projects."""
    ours, theirs = build_project(OURS), build_project(THEIRS)
    people = {
        P.ANONYMOUS: make_user(),
        P.RATER: make_worker(ours),
        P.RATER_ELSEWHERE: make_worker(theirs),
        P.RESEARCHER_ELSEWHERE: make_member(theirs, Role.RESEARCHER).user,
        P.REVIEWER: make_member(ours, Role.REVIEWER).user,
        P.RESEARCHER: make_member(ours, Role.RESEARCHER).user,
        P.EXPIRED: make_member(ours, Role.RESEARCHER).user,
        P.REVOKED: make_member(ours, Role.RESEARCHER).user,
        P.DEACTIVATED: make_worker(ours),
        P.ENDED: make_worker(ours),
    }
    callers = {who: introduce(who, user) for who, user in people.items()}
    now = timezone.now()
    Rater.objects.filter(user=people[P.DEACTIVATED]).update(deactivated_at=now)
    people[P.ENDED].memberships.update(ended_at=now)
    ApiToken.objects.filter(name=P.EXPIRED).update(expires_at=now - timedelta(seconds=1))
    ApiToken.objects.filter(name=P.REVOKED).update(revoked_at=now)
    words = {project.slug: list_words(project) for project in (ours, theirs)}
    return World(ours, theirs, callers, words)


def build_project(slug: str) -> Project:
    """Pairs to rate, a judge with a run, its calls, a verdict, a panel, a cascade, a prompt choice, a batch, a wave."""
    project = make_project(slug)
    rubric = make_pair_rubric(project)
    figure = {"statistic": "win_rate", "criterion": "overall", "raters": "people"}
    plan = PlanDraft.read({"question": "Which is better?", "primary": figure})
    freeze_plan(project=project, draft=plan, actor=make_user())
    tasks = [make_pair_task(project, rubric, overlap=5) for _ in range(4)]
    judge = create_judge(project=project, name="longest", protocol="pair", builtin="longest")
    keep_library_prompt(project=project, name="pair")
    create_judge(project=project, name="first", protocol="pair", builtin="first")
    form_panel(project=project, name="both", members=("longest", "first"))
    terms = Terms(cheap="longest", dear="first", bound=0.2)
    start_cascade(project=project, name="cascade", terms=terms, wake=False)
    run = plan_run(project=project, judge=judge, wake=False)
    rate(tasks[0], judge.rater, "first", order="0,1", presentation=Presentation.SHOWN)
    RawReply.objects.create(project=project, attempt=run.attempts.order_by("pk")[0], request={}, reply="{}")
    PromptChoice.objects.create(project=project, name="best", terms={}, labels={}, content_hash="0" * 64)
    create_invitation(project=project, role=Role.RATER, actor=make_user(), lifetime=timedelta(days=1))
    keep_upload(project=project, user=make_user(), name="a.csv", file=BytesIO(b"prompt,a_answer\nWhy?,So.\n"))
    Batch.objects.create(project=project, content_hash="0" * 64)
    text = tasks[0].generations.order_by("pk")[0]
    Twin.objects.create(project=project, generation=text, kind=TwinKind.CUT, seed=1, text="The")
    open_wave(project=project, terms=WaveTerms(size=len(tasks)), actor=None)
    set_project_budget(project=project, amount=Decimal(10), actor=None)
    line = PriceLine("openai", "m", date(2026, 1, 1), tokens_in=Decimal(1), tokens_out=Decimal(1))
    set_price(line=line, project=project, actor=None)
    return project


def make_worker(project: Project) -> User:
    """A rater with one answer given and one task in hand."""
    person = make_person(project)
    first = claim_assignment(rater=person)
    assert first is not None
    record_annotation(assignment=first, ratings={"overall": "first"}, seconds=1.0, client_key="first")
    held = claim_assignment(rater=person)
    assert held is not None
    assert person.user is not None
    add_remark(assignment=held, kind=RemarkKind.FLAG, text="The text is cut.")
    ask_again(person)
    warn(person, held.task)
    return person.user


def warn(person: Rater, task: Task) -> None:
    """The rule on checks has found something, and the person has contested a known answer."""
    caution = Caution.objects.create(
        project=person.project, rater=person, ground=Ground.GOLD, effect=CautionEffect.WARN, hits=0, n=9,
        floor=0.7, error=0.05, after=0, upto=0,
    )  # fmt: skip
    Objection.objects.create(project=person.project, caution=caution, rater=person, task=task, text="No.")


def ask_again(person: Rater) -> None:
    """A reviewer has sent the person's answer back."""
    answer = Annotation.objects.select_related("task__project", "rater").get(rater=person)
    send_back(annotation=answer, note="Please look again.", reviewer=make_user())


def introduce(who: Principal, user: User) -> Caller:
    """Session and token of a caller; a dead token knocks on pages too, without a session."""
    _, secret = create_api_token(user=user, name=who)
    bearer = {"Authorization": f"Bearer {secret}"}
    if who == P.ANONYMOUS:
        return Caller(user, Client(), Client())
    pages = Client(headers=bearer)
    if who not in (P.EXPIRED, P.REVOKED):
        pages.force_login(user)
    return Caller(user, pages, Client(headers=bearer))
