"""What the worker does about patients."""

import uuid

from backend.common.jobs import every, job
from backend.patients.actions.end_guardianships import end_guardianships
from backend.patients.mails import MAIL_JOB, Mail, deliver

every("7 * * * *", "patients.end_guardianships")(end_guardianships)


@job(MAIL_JOB)
def mail(*, mail: str, row_id: str, mail_id: str) -> None:
    """Send one mail to those whom a guardianship or an invitation concerns."""
    deliver(Mail(mail), uuid.UUID(row_id), uuid.UUID(mail_id))
