"""The end of an account, for the whole platform: the account, its raters, and the reports that name them."""

from django.db import transaction

from annotations.domain.people.leaving import erase_account
from evalplatform.accounts.models import User
from evalplatform.reports.models import Report


@transaction.atomic
def leave_platform(*, user: User, actor: User | None) -> None:
    """Erase the account. Frozen reports of its projects stay, marked: their raters have other names now.

    Raises Conflict where a project would be left without a researcher.
    """
    projects = erase_account(user=user, actor=actor)
    Report.objects.filter(project__in=projects).update(is_incomplete=True)
