"""What the nouns of a project look like on the wire, to those who may know the systems."""

from typing import ClassVar

from rest_framework import serializers

from annotations.api.serializers import CriterionSerializer
from annotations.models import Generation, Item, Rater, Rubric, System, Task, TaskGeneration


class RubricRowSerializer(serializers.ModelSerializer[Rubric]):
    id = serializers.UUIDField(source="public_id")
    criteria = CriterionSerializer(many=True, read_only=True)

    class Meta:
        model = Rubric
        fields: ClassVar = [
            "id", "key", "version", "task_kind", "labels", "instructions", "criteria", "content_hash", "used_at",
            "created_at",
        ]  # fmt: skip


class ItemSerializer(serializers.ModelSerializer[Item]):
    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = Item
        fields: ClassVar = [
            "id", "key", "prompt", "turns", "context", "reference", "language", "attributes", "content_hash",
            "tombstoned_at", "created_at",
        ]  # fmt: skip


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
