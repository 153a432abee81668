import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ROLES = [('researcher', 'researcher'), ('reviewer', 'reviewer'), ('rater', 'rater')]


def name_memberships(apps, schema_editor):
    """Give each membership an id of its own."""
    Membership = apps.get_model('annotations', 'Membership')
    for pk in Membership.objects.values_list('pk', flat=True).iterator():
        Membership.objects.filter(pk=pk).update(public_id=uuid.uuid4())


class Migration(migrations.Migration):

    dependencies = [
        ('annotations', '0004_ratings_without_a_value'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField('project', 'paused_at', models.DateTimeField(blank=True, help_text='Nobody is dealt a task meanwhile.', null=True)),
        migrations.AddField('project', 'pay', models.DecimalField(blank=True, decimal_places=4, help_text="USD for a person's task or hour.", max_digits=8, null=True)),
        migrations.AddField('project', 'pay_unit', models.CharField(choices=[('task', 'task'), ('hour', 'hour')], default='task', max_length=4)),
        migrations.AddField('project', 'consent', models.TextField(blank=True, default='', help_text='What people agree to when they join.'), preserve_default=False),
        migrations.AddConstraint('project', models.CheckConstraint(condition=models.Q(('pay_unit__in', ['task', 'hour'])), name='project_pay_unit_known')),
        migrations.AddField('membership', 'consent_hash', models.CharField(blank=True, default='', help_text='Of the text they agreed to.', max_length=64), preserve_default=False),
        migrations.AddField('membership', 'consented_at', models.DateTimeField(blank=True, null=True)),
        migrations.AddField('membership', 'public_id', models.UUIDField(editable=False, null=True)),
        migrations.RunPython(name_memberships, migrations.RunPython.noop),
        migrations.AlterField('membership', 'public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('role', models.CharField(choices=ROLES, max_length=12)),
                ('note', models.CharField(blank=True, help_text='For whom it is.', max_length=200)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='annotations.project')),
                ('used_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['researcher', 'reviewer', 'rater'])), name='invitation_role_known')],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('name', models.CharField(max_length=200)),
                ('content', models.BinaryField()),
                ('content_hash', models.CharField(max_length=64)),
                ('mapping', models.JSONField(default=dict, help_text='What each column is, by its name.')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='annotations.project')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
