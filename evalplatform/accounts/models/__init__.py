"""Who acts: users, their tokens, sign-in links and second factors, and the trail of what they did."""

from evalplatform.accounts.models.api_token import ApiToken
from evalplatform.accounts.models.audit_event import AuditEvent
from evalplatform.accounts.models.idempotent_reply import IdempotentReply
from evalplatform.accounts.models.second_factor import RecoveryCode, SecondFactor
from evalplatform.accounts.models.sign_in_link import LinkPurpose, SignInLink
from evalplatform.accounts.models.user import User

__all__ = [
    "ApiToken",
    "AuditEvent",
    "IdempotentReply",
    "LinkPurpose",
    "RecoveryCode",
    "SecondFactor",
    "SignInLink",
    "User",
]
