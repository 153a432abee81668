"""What the rows of an uploaded file ask for that name no needs of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0020_one_plan_of_a_project"),
    ]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="needs_language",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Of items that ask for nothing themselves.",
                max_length=35,
            ),
        ),
        migrations.AddField(
            model_name="upload",
            name="needs_skills",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Names of the same items' skills, by commas.",
                max_length=500,
            ),
        ),
    ]
