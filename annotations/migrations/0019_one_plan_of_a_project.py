"""The frozen plan is kept by the reports; the table that stood here first was never written to."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0018_gates"),
    ]

    operations = [
        migrations.DeleteModel(name="Plan"),
    ]
