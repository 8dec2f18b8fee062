"""What the worker does for accounts."""

import uuid

from backend.accounts.actions.forget_sessions import forget_sessions
from backend.accounts.mails import MAIL_JOB, Mail, deliver
from backend.common.jobs import every, job

every("53 4 * * *", "accounts.forget_sessions")(forget_sessions)


@job(MAIL_JOB)
def mail(*, mail: str, user_id: str, mail_id: str, link_id: str = "") -> None:
    """Send one mail to the person of an account."""
    deliver(Mail(mail), uuid.UUID(user_id), uuid.UUID(mail_id), uuid.UUID(link_id) if link_id else None)
