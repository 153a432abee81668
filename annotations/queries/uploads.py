"""Uploaded files: which are kept, and which have been left lying."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from annotations.models import Upload

KEPT_FOR = timedelta(hours=24)


def list_kept_uploads() -> QuerySet[Upload]:
    """Files of the last day."""
    return Upload.objects.filter(created_at__gte=timezone.now() - KEPT_FOR)


def list_old_uploads() -> QuerySet[Upload]:
    """Files that nobody took in for a day: nobody sees them any more, and the sweep throws them away."""
    return Upload.objects.filter(created_at__lt=timezone.now() - KEPT_FOR)
