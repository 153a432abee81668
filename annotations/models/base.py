import uuid

from django.db import models


class PublicModel(models.Model):
    """A row with a random public id: sequential ones would leak the order of systems and work."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


def one_of(choices: type[models.TextChoices], field: str, name: str) -> models.CheckConstraint:
    """The database refuses any other word than those of `choices`."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": choices.values}), name=name)
