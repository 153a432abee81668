"""The Celery application: `celery -A evalplatform.celery worker`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalplatform.settings.embedded")

app = Celery("evalplatform")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()
app.autodiscover_tasks(["annotations", "judges"], related_name="jobs")
