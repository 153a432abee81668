"""The trail: what was done, by whom, to which thing."""

from typing import Any  # details are any JSON object
from uuid import UUID

from evalplatform.accounts.models import AuditEvent, User


def record_event(
    *,
    actor: User | None,
    action: str,
    target: str,
    target_id: object,
    project: UUID | None = None,
    before: str = "",
    after: str = "",
    details: dict[str, Any] | None = None,
) -> AuditEvent:
    """Append one event. Call it inside the transaction of the change that it tells of."""
    return AuditEvent.objects.create(
        actor=actor,
        action=action,
        target=target,
        target_id=str(target_id),
        project=project,
        before=before,
        after=after,
        details=details or {},
    )
