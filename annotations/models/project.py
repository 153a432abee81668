import secrets

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotations.models.base import PublicModel, one_of

SLUG = RegexValidator(r"^[a-z0-9]+(?:[-_][a-z0-9]+)*\Z", _("small letters, digits, hyphens"))


def draw_seed() -> int:
    return secrets.randbits(62)


class Routing(models.TextChoices):
    SAMPLED = "sampled", _("random order, in waves")
    SORTED = "sorted", _("sorted: exploratory")


class PayUnit(models.TextChoices):
    TASK = "task", _("task")
    HOUR = "hour", _("hour")


class RuleEffect(models.TextChoices):
    WARN = "warn", _("warn")
    ESCALATE = "escalate", _("warn, and pause the second time")
    PAUSE = "pause", _("pause")
    TRAIN = "train", _("send back to training and its test")


class Project(PublicModel):
    """Boundary of access and settings."""

    slug = models.CharField(max_length=64, unique=True, validators=[SLUG])
    title = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    language = models.CharField(
        max_length=16, blank=True, help_text="Of its items, where they are all in one."
    )
    pairing = models.JSONField(
        default=dict, help_text='{"policy": "all"}, {"policy": "against", "system": …}, …'
    )
    overlap = models.PositiveSmallIntegerField(
        default=3, help_text="People wanted for each task; 0: judges alone."
    )
    seed = models.BigIntegerField(default=draw_seed, editable=False)
    routing = models.CharField(max_length=8, choices=Routing, default=Routing.SAMPLED)
    queue_epoch = models.PositiveIntegerField(default=0, help_text="Rises when the queue is re-ordered.")
    review_cursor = models.BigIntegerField(
        default=0, help_text="Newest answer that the reviewers' queue has taken up."
    )
    content_warning = models.TextField(blank=True)
    is_gated = models.BooleanField(
        default=False, db_default=False, help_text="Some items ask for a language or skills."
    )
    simulated = models.BooleanField(default=False, help_text="A demonstration whose people are simulated.")
    manifest = models.JSONField(default=dict, help_text="Of the study folder that it was imported from.")
    import_hash = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    paused_at = models.DateTimeField(null=True, blank=True, help_text="Nobody is dealt a task meanwhile.")
    archived_at = models.DateTimeField(null=True, blank=True)
    purge_at = models.DateTimeField(
        null=True, blank=True, help_text="When an archived project is deleted; null: not by itself."
    )
    pay = models.DecimalField(
        max_digits=8, decimal_places=4, null=True, blank=True, help_text="USD for a person's task or hour."
    )
    pay_unit = models.CharField(max_length=4, choices=PayUnit, default=PayUnit.TASK)
    consent = models.TextField(blank=True, help_text="What people agree to when they join.")
    daily_cap = models.PositiveIntegerField(
        null=True, blank=True, help_text="Tasks that one person may answer in a day; null: no limit."
    )
    rater_cap = models.PositiveIntegerField(
        null=True, blank=True, help_text="Tasks that one person may answer in all; null: no limit."
    )
    break_after = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Minutes of work after which a break is called to mind; null: never."
    )
    gold_share = models.FloatField(
        default=0, help_text="Of a rater's tasks: those whose answer is known, 0 to 0.1."
    )
    repeat_share = models.FloatField(
        default=0, help_text="Of a rater's tasks: those asked again; at most 0.1 with the former."
    )

    gold_floor = models.FloatField(
        null=True,
        blank=True,
        help_text="Share of known answers that raters are expected to meet; null: no rule.",
    )
    repeat_floor = models.FloatField(
        null=True, blank=True, help_text="Share of repeats of which they say the same again; null: no rule."
    )
    least_checks = models.PositiveSmallIntegerField(default=10, help_text="Checks before a rule looks.")
    test_size = models.PositiveSmallIntegerField(
        default=0, help_text="Known answers asked of a rater before real work; 0: no test."
    )
    test_mark = models.FloatField(default=0.8, help_text="Share of them that is to be met.")
    test_tries = models.PositiveSmallIntegerField(default=2)
    rule_effect = models.CharField(max_length=8, choices=RuleEffect, default=RuleEffect.WARN)

    class Meta:
        constraints = [
            one_of(PayUnit, "pay_unit", "project_pay_unit_known"),
            models.CheckConstraint(
                condition=Q(gold_share__gte=0, gold_share__lte=0.1), name="project_gold_share"
            ),
            models.CheckConstraint(
                condition=Q(repeat_share__gte=0, repeat_share__lte=0.1), name="project_repeat_share"
            ),
            models.CheckConstraint(
                condition=Q(gold_floor=None) | Q(gold_floor__gt=0, gold_floor__lt=1),
                name="project_gold_floor",
            ),
            models.CheckConstraint(
                condition=Q(repeat_floor=None) | Q(repeat_floor__gt=0, repeat_floor__lt=1),
                name="project_repeat_floor",
            ),
            models.CheckConstraint(condition=Q(test_mark__gt=0, test_mark__lte=1), name="project_test_mark"),
            one_of(RuleEffect, "rule_effect", "project_rule_effect_known"),
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def has_rule(self) -> bool:
        """Whether anything follows from checks by itself."""
        return self.gold_floor is not None or self.repeat_floor is not None


class Role(models.TextChoices):
    RESEARCHER = "researcher", _("researcher")
    REVIEWER = "reviewer", _("reviewer")
    RATER = "rater", _("rater")


class Membership(PublicModel):
    """What a user may do in a project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role)
    consent_hash = models.CharField(max_length=64, blank=True, help_text="Of the text they agreed to.")
    consented_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="membership_once"),
            one_of(Role, "role", "membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} in {self.project}"
