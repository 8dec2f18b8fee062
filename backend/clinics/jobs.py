"""What the worker does for clinics."""

import uuid

from backend.clinics.mails import MAIL_JOB, deliver_invitation
from backend.common.jobs import job


@job(MAIL_JOB)
def mail(*, invitation_id: str, mail_id: str) -> None:
    """Send one invitation to work at a clinic."""
    deliver_invitation(uuid.UUID(invitation_id), uuid.UUID(mail_id))
