"""Every noun of a project as a list and one by one, for its researchers and reviewers."""

from typing import Any, ClassVar, TypeVar  # querysets of any noun

from django.db.models import Model, QuerySet
from rest_framework.generics import ListAPIView, RetrieveAPIView

from annotations.access import list_rows_for
from annotations.api import noun_serializers as shapes
from annotations.models import Generation, Item, Project, Rater, Rubric, System, Task
from annotations.queries import nouns
from evalplatform.accounts.scopes import Scope
from evalplatform.rest.views import DeclaredList, DeclaredView

Row = TypeVar("Row", bound=Model)


class NounList(DeclaredList, ListAPIView[Row]):
    """Rows of a project that `rows` reads, newest first."""

    scopes: ClassVar = {"GET": (Scope.READ,)}
    rows: ClassVar["staticmethod[[Project], QuerySet[Any]]"]

    def get_queryset(self) -> QuerySet[Row]:
        return list_rows_for(self.actor, self.kwargs["slug"], type(self).rows)


class NounDetail(DeclaredView, RetrieveAPIView[Row]):
    """One row of a project that `rows` reads."""

    scopes: ClassVar = {"GET": (Scope.READ,)}
    lookup_field = "public_id"
    rows: ClassVar["staticmethod[[Project], QuerySet[Any]]"]

    def get_queryset(self) -> QuerySet[Row]:
        return list_rows_for(self.actor, self.kwargs["slug"], type(self).rows)


class RubricCollection(NounList[Rubric]):
    """Versions of the project's rubrics with their criteria, newest first."""

    rows = staticmethod(nouns.list_rubrics)
    serializer_class = shapes.RubricRowSerializer


class RubricDetail(NounDetail[Rubric]):
    """A version of a rubric."""

    rows = staticmethod(nouns.list_rubrics)
    serializer_class = shapes.RubricRowSerializer


class ItemCollection(NounList[Item]):
    """What is asked, newest first."""

    rows = staticmethod(nouns.list_items)
    serializer_class = shapes.ItemSerializer


class ItemDetail(NounDetail[Item]):
    """One thing that is asked."""

    rows = staticmethod(nouns.list_items)
    serializer_class = shapes.ItemSerializer


class SystemCollection(NounList[System]):
    """What is compared, newest first."""

    rows = staticmethod(nouns.list_systems)
    serializer_class = shapes.SystemSerializer


class SystemDetail(NounDetail[System]):
    """A system."""

    rows = staticmethod(nouns.list_systems)
    serializer_class = shapes.SystemSerializer


class GenerationCollection(NounList[Generation]):
    """What systems produced, newest first."""

    rows = staticmethod(nouns.list_generations)
    serializer_class = shapes.GenerationSerializer


class GenerationDetail(NounDetail[Generation]):
    """One output of a system."""

    rows = staticmethod(nouns.list_generations)
    serializer_class = shapes.GenerationSerializer


class TaskCollection(NounList[Task]):
    """What is answered in one go, newest first."""

    rows = staticmethod(nouns.list_tasks)
    serializer_class = shapes.TaskSerializer


class TaskDetail(NounDetail[Task]):
    """A task."""

    rows = staticmethod(nouns.list_tasks)
    serializer_class = shapes.TaskSerializer


class RaterCollection(NounList[Rater]):
    """People, judges, metrics and references that rate, newest first."""

    rows = staticmethod(nouns.list_raters)
    serializer_class = shapes.RaterSerializer


class RaterDetail(NounDetail[Rater]):
    """A rater."""

    rows = staticmethod(nouns.list_raters)
    serializer_class = shapes.RaterSerializer


NOUNS: dict[str, tuple[type[DeclaredView], type[DeclaredView]]] = {
    "rubrics": (RubricCollection, RubricDetail),
    "items": (ItemCollection, ItemDetail),
    "systems": (SystemCollection, SystemDetail),
    "generations": (GenerationCollection, GenerationDetail),
    "tasks": (TaskCollection, TaskDetail),
    "raters": (RaterCollection, RaterDetail),
}


def name_address(view: type[DeclaredView]) -> str:
    """The name of a view's address: `api-items` of ItemCollection, `api-item` of ItemDetail."""
    noun = view.__name__.removesuffix("Collection").removesuffix("Detail").lower()
    return f"api-{noun}s" if view.__name__.endswith("Collection") else f"api-{noun}"
