"""How often one may do what would be abused if it were free (R20). `BUDGETS` in the environment changes them, and
`BUDGETS_URL` where they are counted."""

import re
from datetime import timedelta
from typing import NamedTuple

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()


class Budget(NamedTuple):
    """So many uses in a window of time, which begins with the first."""

    uses: int
    window: timedelta

    @classmethod
    def of(cls, uses: int, **window: int) -> "Budget":
        """`Budget.of(5, minutes=1)`."""
        return cls(uses, timedelta(**window))


DEFAULTS = {
    # Guesses at one account from one address; a success begins anew.
    "sign_in_device": Budget.of(20, minutes=15),
    # These two do not bind a device that its owner signed in from, so nobody can be shut out by strangers.
    "sign_in_account": Budget.of(50, hours=1),
    "sign_in": Budget.of(600, minutes=1),
    "sign_in_address": Budget.of(100, minutes=15),
    # Accounts that one address opens, and mails that it has sent; mails that one mailbox gets; mails over all.
    "register": Budget.of(20, hours=1),
    "mail": Budget.of(5, hours=1),
    "mails": Budget.of(600, minutes=1),
    # Tries of the present password by somebody signed in; links tried from one address.
    "reauthentication": Budget.of(10, minutes=15),
    "link": Budget.of(60, minutes=15),
    # Archives of all that is kept about somebody.
    "export": Budget.of(5, days=1),
    # Codes of a second factor: three of a million are right at any time.
    "code": Budget.of(5, minutes=5),
    "code_day": Budget.of(50, days=1),
    # By token, which fifty requests of one phone may send at once; by address, which may be that of a mobile network.
    "refresh": Budget.of(100, minutes=15),
    "refresh_address": Budget.of(3000, minutes=15),
    # More than anybody needs who fills in forms, a busy desk included.
    "hold": Budget.of(240, hours=1),
    # By address, behind which a whole clinic may sit.
    "hold_address": Budget.of(2000, hours=1),
    "book": Budget.of(120, hours=1),
    # Plans of series, which read months of calendars.
    "plan": Budget.of(240, hours=1),
    # Every request, by each process for itself: of a person, or of an address, behind which a whole office may sit.
    "requests": Budget.of(1200, minutes=1),
    # Every request by an API key, likewise.
    "api_key": Budget.of(600, minutes=1),
    # A desk looks up a few people a day; who tries birth dates or addresses one after another needs many more.
    "patient_lookup": Budget.of(30, hours=1),
    # Holds and spacing are counted by patient, so patients must not be free to invent.
    "dependant": Budget.of(10, days=1),
    # Birth dates that one person tries, to take over the record that a desk made of them.
    "claim": Budget.of(5, days=1),
    # Invitations to look after somebody, or to work at a clinic, that one person has mailed.
    "invitation": Budget.of(30, days=1),
    # Of everyone together: a run of tests starts over often, a loop must not keep everybody else out.
    "sandbox": Budget.of(120, minutes=1),
}


def read_budgets(text: str) -> dict[str, Budget]:
    """The defaults changed by `name=uses/seconds,…`, where the name `*` means all. Raises ImproperlyConfigured."""
    budgets = dict(DEFAULTS)
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = re.fullmatch(r"([a-z_]+|\*)=(\d{1,9})/([1-9]\d{0,6})", part, re.ASCII)
        if match is None or match[1] not in {*DEFAULTS, "*"}:
            raise ImproperlyConfigured(f"BUDGETS: {part} is not name=uses/seconds of {', '.join(DEFAULTS)} or *.")
        budget = Budget.of(int(match[2]), seconds=int(match[3]))
        budgets |= dict.fromkeys(DEFAULTS if match[1] == "*" else [match[1]], budget)
    return budgets


def read_budgets_url(text: str) -> str:
    """The address of a Valkey or Redis that counts budgets; empty leaves them to PostgreSQL.

    Raises ImproperlyConfigured, which does not repeat the address: there may be a password in it.
    """
    if text:
        from redis import Redis  # noqa: PLC0415 (half a second of imports, for those alone who asked for it)

        try:
            Redis.from_url(text).connection_pool.make_connection()  # does not connect, but reads all of it
        except (TypeError, ValueError):
            raise ImproperlyConfigured("BUDGETS_URL is not redis://, rediss:// or unix:// and a server.") from None
    return text


BUDGETS = read_budgets(env.str("BUDGETS", default=""))
BUDGETS_URL = read_budgets_url(env.str("BUDGETS_URL", default=""))
