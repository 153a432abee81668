"""An item says itself that it was withdrawn: states of its tasks do not tell that from known answers taken back."""

from uuid import UUID

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def mark_withdrawn(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """By the trail, which has a line for every item that was withdrawn."""
    item, event = apps.get_model("annotations", "Item"), apps.get_model("accounts", "AuditEvent")
    withdrawn = event.objects.filter(action="withdraw_item", target="item").order_by("pk")
    for target_id, at in withdrawn.values_list("target_id", "at").iterator():
        item.objects.filter(public_id=UUID(target_id), withdrawn_at=None).update(withdrawn_at=at)


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0021_needs_of_a_file"),
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="item",
            name="withdrawn_at",
            field=models.DateTimeField(
                blank=True, help_text="When a researcher took it out of the work.", null=True
            ),
        ),
        migrations.RunPython(mark_withdrawn, migrations.RunPython.noop, elidable=True),
    ]
