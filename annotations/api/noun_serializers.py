"""What the nouns of a project look like on the wire, to those who may know the systems."""

from functools import cached_property
from typing import ClassVar

from rest_framework import serializers

from annotations.api.serializers import CriterionSerializer
from annotations.models import OPEN_TO_ALL, Generation, Item, Rater, Rubric, System, Task, TaskGeneration
from annotations.queries.gates import Demand, list_demands


class RubricRowSerializer(serializers.ModelSerializer[Rubric]):
    id = serializers.UUIDField(source="public_id")
    criteria = CriterionSerializer(many=True, read_only=True)

    class Meta:
        model = Rubric
        fields: ClassVar = [
            "id", "key", "version", "task_kind", "labels", "instructions", "one_at_a_time", "criteria", "content_hash",
            "used_at", "created_at",
        ]  # fmt: skip


class ItemSerializer(serializers.ModelSerializer[Item]):
    id = serializers.UUIDField(source="public_id")
    needs_language = serializers.SerializerMethodField(help_text="A tag that raters must read; empty: any.")
    needs_skills = serializers.SerializerMethodField(help_text="Names that raters must have.")

    class Meta:
        model = Item
        fields: ClassVar = [
            "id", "key", "prompt", "turns", "context", "reference", "language", "needs_language", "needs_skills",
            "attributes", "content_hash", "withdrawn_at", "tombstoned_at", "created_at",
        ]  # fmt: skip

    def get_needs_language(self, item: Item) -> str:
        return self._find_demand(item).language

    def get_needs_skills(self, item: Item) -> list[str]:
        return list(self._find_demand(item).skills)

    def _find_demand(self, item: Item) -> Demand:
        """Those of a project are read once for a reply, and only where an item asks for something."""
        if item.gate == OPEN_TO_ALL:
            return Demand("", ())
        if item.project_id not in self._known:
            self._known[item.project_id] = list_demands(item.project_id)
        return self._known[item.project_id][item.gate]

    @cached_property
    def _known(self) -> dict[int, dict[int, Demand]]:
        return {}


class SystemSerializer(serializers.ModelSerializer[System]):
    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = System
        fields: ClassVar = ["id", "name", "family", "attributes", "created_at"]


class GenerationSerializer(serializers.ModelSerializer[Generation]):
    id = serializers.UUIDField(source="public_id")
    item = serializers.CharField(source="item.key", help_text="Key of the item.")
    system = serializers.CharField(source="system.name", help_text="Name of the system.")

    class Meta:
        model = Generation
        fields: ClassVar = [
            "id", "item", "system", "text", "turns", "meta", "is_placeholder", "content_hash", "tombstoned_at",
            "created_at",
        ]  # fmt: skip


class PlaceSerializer(serializers.ModelSerializer[TaskGeneration]):
    """A generation in its canonical place."""

    generation = serializers.UUIDField(source="generation.public_id")
    system = serializers.CharField(source="generation.system.name")

    class Meta:
        model = TaskGeneration
        fields: ClassVar = ["position", "generation", "system"]


class TaskSerializer(serializers.ModelSerializer[Task]):
    id = serializers.UUIDField(source="public_id")
    item = serializers.CharField(source="item.key", help_text="Key of the item.")
    rubric = serializers.CharField(source="rubric.key")
    rubric_version = serializers.IntegerField(source="rubric.version")
    generations = PlaceSerializer(source="positions", many=True, help_text="In canonical order.")

    class Meta:
        model = Task
        fields: ClassVar = [
            "id", "kind", "item", "rubric", "rubric_version", "turn", "context", "generations", "priority", "state",
            "created_at",
        ]  # fmt: skip


class RaterSerializer(serializers.ModelSerializer[Rater]):
    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = Rater
        fields: ClassVar = [
            "id", "kind", "origin", "name", "group", "is_slot", "family", "price", "attributes", "deactivated_at",
            "created_at",
        ]  # fmt: skip
