"""Disagreements in marked passages reach reviewers, also those in answers that the queue had passed before it saw any."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def look_again(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The queue of projects in which passages are marked begins with their first answer; what is settled stays so."""
    criterion, project = (apps.get_model("annotations", name) for name in ("Criterion", "Project"))
    marked = criterion.objects.filter(level="spans").values("rubric__project")
    project.objects.filter(pk__in=marked).update(review_cursor=0)


class Migration(migrations.Migration):
    dependencies = [("annotations", "0023_copies_of_scored_answers")]

    operations = [migrations.RunPython(look_again, migrations.RunPython.noop, elidable=True)]
