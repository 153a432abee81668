"""Versions: rows that never change once they have been used. A change is a new version."""

from collections.abc import Collection, Iterable
from typing import Any, ClassVar, Self, TypeVar  # Django's own signatures are open

from django.db import models

from evalplatform.common.errors import Conflict

T = TypeVar("T", bound="VersionModel")


class VersionQuerySet(models.QuerySet[T]):
    """Refuses to change or delete used rows. Deleting a whole project does not come through here."""

    def refuse_used(self) -> Self:
        """Raises Conflict if one of these rows has been used."""
        if self.filter(**{f"{self.model.used_lookup}__isnull": False}).exists():
            name = self.model._meta.verbose_name
            raise Conflict(f"This {name} has been used and never changes; make a new version.")
        return self

    def update(self, **values: Any) -> int:
        if list(values) == ["used_at"] and values["used_at"] is not None:  # that it is used now may be noted
            return super().update(**values)
        return super(VersionQuerySet, self.refuse_used()).update(**values)

    def bulk_update(self, objs: Iterable[T], fields: Iterable[str], batch_size: int | None = None) -> int:
        rows = list(objs)
        self.filter(pk__in=[row.pk for row in rows]).refuse_used()
        return super().bulk_update(rows, fields, batch_size)

    def bulk_create(
        self,
        objs: Iterable[T],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Collection[str] | None = None,
        unique_fields: Collection[str] | None = None,
    ) -> list[T]:
        if update_conflicts:  # which rows it would change is known to the database alone
            name = self.model._meta.verbose_name
            raise Conflict(f"One {name} never changes into another; make a new version.")
        rows = list(objs)
        self.refuse_added(rows)
        return super().bulk_create(rows, batch_size=batch_size, ignore_conflicts=ignore_conflicts)

    def refuse_added(self, rows: Iterable[T]) -> None:
        """Raises Conflict if one of these new rows is a part of something that has been used."""
        name = self.model.used_lookup.rpartition("__")[0]
        whole = self.model._meta.get_field(name) if name else None
        if isinstance(whole, models.ForeignKey):
            wholes = {getattr(row, whole.attname) for row in rows}
            VersionQuerySet(whole.related_model).filter(pk__in=wholes).refuse_used()

    def delete(self) -> tuple[int, dict[str, int]]:
        return super(VersionQuerySet, self.refuse_used()).delete()


class VersionModel(models.Model):
    """A row that is immutable from its first use; `used_lookup` says where that is noted."""

    used_lookup: ClassVar[str] = "used_at"

    objects = VersionQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        if self._state.adding:
            type(self).objects.all().refuse_added([self])
        type(self).objects.filter(pk=self.pk).refuse_used()
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        type(self).objects.filter(pk=self.pk).refuse_used()
        return super().delete(*args, **options)
