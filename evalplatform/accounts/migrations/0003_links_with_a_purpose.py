from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_idempotent_replies'),
    ]

    operations = [
        migrations.AddField('signinlink', 'purpose', models.CharField(choices=[('sign_in', 'signs in'), ('password', 'sets a password')], default='sign_in', max_length=8)),
        migrations.AddField('user', 'session_epoch', models.PositiveIntegerField(default=0, help_text='Sessions of an earlier one are over.')),
    ]
