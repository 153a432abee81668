"""Uploaded files lie in pieces. What was kept as a whole stays where it is, is read from there, and goes within its day."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0025_tasks_by_state"),
    ]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="piece_count",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="In so many pieces the file lies; 0: it lies in `content`.",
            ),
        ),
        migrations.AlterField(
            model_name="upload",
            name="content",
            field=models.BinaryField(
                db_default=b"",
                default=b"",
                help_text="The whole of a file that was kept before files lay in pieces.",
            ),
        ),
        migrations.CreateModel(
            name="UploadPiece",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(help_text="0, 1, … from the start of the file.")),
                ("content", models.BinaryField()),
                (
                    "upload",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pieces",
                        to="annotations.upload",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("upload", "number"), name="upload_piece_once")
                ],
            },
        ),
    ]
