"""Signing in by e-mail and password."""

from django.contrib.auth.hashers import make_password
from django.db import transaction

from backend.accounts import charges
from backend.accounts.actions._sessions import add_refresh_token, real_now
from backend.accounts.errors import CredentialsInvalid
from backend.accounts.models import Session, User, normal_email
from backend.accounts.tokens import TokenPair, pair_of
from backend.audit.actions import record
from backend.common.access import Actor


def sign_in(*, email: str, password: str, device_name: str = "", address: str = "") -> TokenPair:
    """Start a session on a device; an e-mail not yet verified is no obstacle (R22). Raises CredentialsInvalid.

    Unknown address, wrong password and closed account cost the same work and get the same answer. `address` is that of
    the network: whoever signed in from there is not kept out by strangers' guesses (R20).
    """
    user = User.objects.filter(email=normal_email(email)).first()
    if user is None:
        make_password(password)
        raise CredentialsInvalid
    if not user.check_password(password) or not user.is_active:
        raise CredentialsInvalid
    with transaction.atomic():
        _lock_as_seen(user)
        session = Session.objects.create(user=user, device_name=device_name, expires_at=real_now())
        token = add_refresh_token(session)
        actor = Actor(user.id, session.id, is_email_verified=user.email_verified_at is not None)
        record(actor, "session.started", subject_type="session", subject_id=session.id)
        charges.welcome(email, address)
    return pair_of(token, session)


def _lock_as_seen(user: User) -> None:
    """Have whoever ends this person's sessions wait, or notice that they came first: the password may be an old one."""
    seen = User.objects.filter(pk=user.pk, password=user.password, is_active=True)
    if not seen.select_for_update(no_key=True).values_list("pk").first():
        raise CredentialsInvalid
