"""Links that sign in or set a password: random, hashed at rest, good once and for a while."""

import secrets
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from evalplatform.accounts.models import LinkPurpose, SignInLink, User
from evalplatform.common.errors import Missing
from evalplatform.common.hashing import hash_secret

LIFETIME = timedelta(hours=24)


def create_sign_in_link(
    *, user: User, lifetime: timedelta = LIFETIME, purpose: LinkPurpose = LinkPurpose.SIGN_IN
) -> str:
    """The secret of a new link for `user`; it can be read nowhere later."""
    secret = secrets.token_urlsafe(32)
    SignInLink.objects.create(
        user=user, digest=hash_secret(secret), expires_at=timezone.now() + lifetime, purpose=purpose
    )
    return secret


def find_sign_in_link(*, secret: str, purpose: LinkPurpose = LinkPurpose.SIGN_IN) -> SignInLink:
    """The unused, unexpired link of this secret. Raises Missing with words for the person who holds it."""
    links = SignInLink.objects.select_related("user")
    link = links.filter(digest=hash_secret(secret), purpose=purpose).first()
    if (
        link is None
        or link.used_at is not None
        or link.expires_at <= timezone.now()
        or not link.user.is_active
    ):
        raise Missing(_("This sign-in link is unknown, used or too old. Please ask for a new one."))
    return link


def redeem_sign_in_link(*, secret: str, purpose: LinkPurpose = LinkPurpose.SIGN_IN) -> User:
    """Use the link up and return whose it is. Of two who press at once, one gets in. Raises Missing."""
    link = find_sign_in_link(secret=secret, purpose=purpose)
    used = SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=timezone.now())
    if not used:
        raise Missing(_("This sign-in link has just been used."))
    return link.user
