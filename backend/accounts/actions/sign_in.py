"""Signing in by e-mail and password."""

from django.contrib.auth.hashers import make_password
from django.db import transaction

from backend.accounts import charges
from backend.accounts.actions._sessions import start_session
from backend.accounts.challenge import make_challenge
from backend.accounts.duty import must_have_second_factor
from backend.accounts.errors import CredentialsInvalid, MfaRequired
from backend.accounts.models import SecondFactor, User, normal_email
from backend.accounts.tokens import TokenPair, pair_of


def sign_in(*, email: str, password: str, device_name: str = "", address: str = "") -> TokenPair:
    """Start a session on a device; an e-mail not yet verified is no obstacle (R22). Raises CredentialsInvalid,
    and MfaRequired where a code has to follow (R21).

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
        _ask_for_code(user, device_name)
        session, token = start_session(user, device_name)
        charges.welcome(email, address)
    return pair_of(token, session)


def _lock_as_seen(user: User) -> None:
    """Have whoever ends this person's sessions wait, or notice that they came first: the password may be an old one."""
    seen = User.objects.filter(pk=user.pk, password=user.password, is_active=True)
    if not seen.select_for_update(no_key=True).values_list("pk").first():
        raise CredentialsInvalid


def _ask_for_code(user: User, device_name: str) -> None:
    is_enrolled = SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).exists()
    if is_enrolled or must_have_second_factor(user.pk):
        raise MfaRequired(members={"mfa_token": make_challenge(user, device_name), "is_enrolled": is_enrolled})
