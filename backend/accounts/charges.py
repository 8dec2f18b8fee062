"""What sign-in, registration and refresh cost (R20). Addresses are network addresses, as text.

Guessing is bounded four times: by the device (one address at one account), by account, by address and over all. The
two that strangers could use up, so that the owner is shut out, do not bind a device that the owner signed in from
during the last month. Nothing is locked for longer than its window.
"""

import uuid

from django.conf import settings

from backend.accounts.models import normal_email
from backend.common.budgets import Charge, key_of, set_windows


def of_sign_in(email: str, address: str) -> list[Charge]:
    """For a try to sign in. What others have tried is not told: it would show that the account exists."""
    email = normal_email(email)
    return [
        Charge("sign_in_device", f"{email} {address}"),
        Charge("sign_in_address", address),
        Charge("sign_in_account", email, unless=_known(email, address), is_told=False),
        Charge("sign_in", "", unless=_known(email, address), is_told=False),
    ]


def welcome(email: str, address: str) -> None:
    """Know the device for a month, and forgive what was mistyped before."""
    email = normal_email(email)
    known_until = settings.KNOWN_DEVICE_LIFETIME.total_seconds()
    set_windows({key_of("sign_in_device", f"{email} {address}"): 0, _known(email, address): known_until})


def of_mail(email: str, address: str) -> list[Charge]:
    """For asking that a mail be sent to an address that anybody can type.

    What strangers asked for does not keep the owner from asking where they signed in before; what reaches the mailbox
    meanwhile is good for the owner, whoever asked.
    """
    return [Charge("register", address), *_to(normal_email(email), unless=_known(normal_email(email), address))]


def of_email_change(user_id: uuid.UUID, email: str) -> list[Charge]:
    """For trying one's password, and having a mail sent to an address that the caller types."""
    return [Charge("reauthentication", str(user_id)), *_to(normal_email(email))]


def _to(email: str, *, unless: str = "") -> list[Charge]:
    return [Charge("mail", email, unless=unless, is_told=False), Charge("mails", "", unless=unless, is_told=False)]


def of_refresh(token: str, address: str) -> list[Charge]:
    """By token first: thousands of phones share the address of a mobile network."""
    return [Charge("refresh", token), Charge("refresh_address", address)]


def _known(email: str, address: str) -> str:
    return key_of("known_device", f"{email} {address}")
