"""The secrets in links that let their reader do something once: reset a password, take on an address.

A secret is the id of a row, signed; so the database alone opens no door, and a mail that is sent twice has the same
link twice. What the row says decides: for what, until when, and whether it was used.
"""

import uuid

from django.core import signing

from backend.accounts.enums import InvitationPurpose, LinkPurpose


def make_token(link_id: uuid.UUID, purpose: LinkPurpose | InvitationPurpose) -> str:
    """What stands in the mail."""
    return _signer(purpose).sign(link_id.hex)


def read_token(token: str, purpose: LinkPurpose | InvitationPurpose) -> uuid.UUID | None:
    """The id of the link; None if the token is not ours, or for another purpose."""
    try:
        return uuid.UUID(_signer(purpose).unsign(token))
    except signing.BadSignature:
        return None


def _signer(purpose: LinkPurpose | InvitationPurpose) -> signing.Signer:
    return signing.Signer(salt=f"backend.accounts.links.{purpose}")
