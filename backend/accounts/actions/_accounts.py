"""One account, locked, for the actions beside: proofs that it is one's own, and what follows from a new secret.

Whatever changes what one signs in with locks the account first; so changes come one after the other.
"""

import uuid

from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from backend.accounts.enums import LinkPurpose
from backend.accounts.links import read_token
from backend.accounts.models import MailedLink, User
from backend.accounts.passwords import refuse_weak_password
from backend.common.access import Actor
from backend.common.clock import real_now
from backend.common.errors import FieldCode, FieldError, NotFound, ValidationFailed


def lock_account(user_id: uuid.UUID) -> User:
    """The account, until the transaction ends. Raises NotFound if it is closed."""
    user = User.objects.select_for_update(no_key=True).filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotFound
    return user


def lock_own_account(actor: Actor, *, password: str) -> User:
    """The caller's account, if the caller knows its password. Raises ValidationFailed on `/current_password`.

    Not `credentials_invalid`: that is a 401, and the session is as good as before.
    """
    user = lock_account(actor.user_id)
    if not user.check_password(password):
        detail = gettext_noop("This is not the password of the account.")
        raise ValidationFailed(errors=(FieldError("/current_password", FieldCode.INVALID, detail),))
    return user


def take_link(token: str, purpose: LinkPurpose) -> tuple[MailedLink, User]:
    """The link that the token stands for, and its account, locked. Raises ValidationFailed on `/token`."""
    detail = gettext_noop("This link is not valid, or no longer. Have a new one sent.")
    refusal = ValidationFailed(errors=(FieldError("/token", FieldCode.INVALID, detail),))
    link_id = read_token(token, purpose)
    if link_id is None:
        raise refusal
    usable = MailedLink.objects.filter(pk=link_id, purpose=purpose, spent_at=None)
    found = usable.first()
    if found is None:
        raise refusal
    try:
        user = lock_account(found.user_id)
    except NotFound:
        raise refusal from None
    # Again, now that nobody else can use it: of two who come at once, the second finds it spent.
    link = usable.filter(expires_at__gt=real_now()).first()
    if link is None:
        raise refusal
    return link, user


def spend_links(user: User) -> None:
    """Make every link of the account worthless: the one just used, and those of before a change."""
    MailedLink.objects.filter(user=user, spent_at=None).update(spent_at=Now(), updated_at=Now())


def set_password(user: User, password: str, *, field: str) -> None:
    """Give a locked account another password. Raises ValidationFailed on `/<field>` for a weak one."""
    refuse_weak_password(password, user, field=field)
    user.set_password(password)
    User.objects.filter(pk=user.pk).update(password=user.password, updated_at=Now())
    spend_links(user)
