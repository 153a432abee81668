from decimal import Decimal

from django.db import models

from annotations.models import Project


class ProjectBudget(models.Model):
    """What all runs of a project together may spend. A run may have a narrower budget of its own."""

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="judge_budget")
    amount = models.DecimalField(max_digits=12, decimal_places=6, help_text="USD.")
    spent = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    reserved = models.DecimalField(max_digits=12, decimal_places=6, default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="project_budget_not_negative")
        ]

    def __str__(self) -> str:
        return f"budget of {self.project}"

    @property
    def left(self) -> Decimal:
        """USD neither spent nor set aside for calls under way; never below zero."""
        return max(self.amount - self.spent - self.reserved, Decimal(0))
