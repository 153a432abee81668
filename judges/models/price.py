from django.db import models
from django.db.models import Q

from annotations.models import Project
from annotations.models.base import PublicModel, one_of
from judges.models.connection import Provider


class Price(PublicModel):
    """What a model costs from a day on: a line of the instance's price table, or one project's own.

    Amounts are USD for a million tokens. What is not stated costs as much as fresh tokens, or as a live call.
    """

    project = models.ForeignKey(
        Project, null=True, on_delete=models.CASCADE, related_name="prices", help_text="Null: for all."
    )
    provider = models.CharField(max_length=16, choices=Provider)
    base_url = models.CharField(max_length=500, blank=True, help_text="Empty: the provider's own address.")
    model = models.CharField(
        max_length=200, help_text="Also of its dated snapshots; with * at the end, of all that begin so."
    )
    valid_from = models.DateField(help_text="First day, UTC.")
    tokens_in = models.DecimalField(max_digits=12, decimal_places=6)
    tokens_cached = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    tokens_written = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    tokens_out = models.DecimalField(max_digits=12, decimal_places=6)
    batch_in = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    batch_cached = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    batch_written = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    batch_out = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    note = models.CharField(max_length=300, blank=True, help_text="Where the price was read.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "provider", "base_url", "model", "valid_from"], name="price_once"
            ),
            models.UniqueConstraint(
                fields=["provider", "base_url", "model", "valid_from"],
                condition=Q(project=None),
                name="price_for_all_once",
            ),
            one_of(Provider, "provider", "price_provider_known"),
            models.CheckConstraint(
                condition=Q(tokens_in__gte=0, tokens_out__gte=0), name="price_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} from {self.valid_from}"
