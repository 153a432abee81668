from django.conf import settings
from django.db import models

from annotations.models.base import PublicModel
from annotations.models.project import Project
from annotations.models.rater import Rater

OPEN_TO_ALL = 0  # the number of the gate that asks for nothing; it has no row


class Skill(PublicModel):
    """Something that a project asks of raters by name, such as `medicine`; its researchers say who has it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="skills")
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="skill_name_once")]

    def __str__(self) -> str:
        return self.name


class HeldSkill(models.Model):
    """A rater has the skill, as a researcher said."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="held")
    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="held_skills")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rater", "skill"], name="skill_held_once")]

    def __str__(self) -> str:
        return f"{self.rater_id} has {self.skill_id}"


class ReadLanguage(models.Model):
    """A language that somebody says they read, in all projects."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="languages_read"
    )
    tag = models.CharField(max_length=35, help_text="BCP 47.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "tag"], name="language_read_once")]

    def __str__(self) -> str:
        return self.tag


class Gate(models.Model):
    """What tasks ask of whoever is dealt them: a language, skills, or both. One row for each different set.

    Items, tasks and places carry its `number`, 0 where they ask for nothing: so a queue is read in order for each gate.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="gates")
    number = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=35, blank=True, help_text="BCP 47; empty: any.")
    content_hash = models.CharField(max_length=64, help_text="Of the language and the names of the skills.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="gate_number_once"),
            models.UniqueConstraint(fields=["project", "content_hash"], name="gate_once"),
        ]

    def __str__(self) -> str:
        return f"gate {self.number} of project {self.project_id}"


class GateSkill(models.Model):
    """A skill that a gate asks for."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    gate = models.ForeignKey(Gate, on_delete=models.CASCADE, related_name="asked")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gate", "skill"], name="gate_skill_once")]

    def __str__(self) -> str:
        return f"{self.gate_id} asks for {self.skill_id}"
