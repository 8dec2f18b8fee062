"""Plain-text mails to both sides of a guardianship, in the reader's language. They name nobody: what a stranger typed
gets into no mail, and whose health it is about is nobody else's to read (D11)."""

import uuid
from collections.abc import Iterable
from email.utils import parseaddr
from enum import StrEnum

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from backend.accounts.enums import InvitationPurpose
from backend.accounts.links import make_token
from backend.accounts.models import User
from backend.common.ids import uuid7
from backend.common.jobs import enqueue
from backend.patients.models import GuardianInvitation, Guardianship

MAIL_JOB = "patients.send_mail"


class Mail(StrEnum):
    """Templates: the first line is the subject."""

    INVITED = "guardian_invited"
    BEGAN = "guardianship_began"
    CHANGED = "guardianship_changed"
    ENDED = "guardianship_ended"


def send_later(mail: Mail, row_id: uuid.UUID) -> None:
    """Have it mailed once the transaction holds; the row is the guardianship, or the invitation."""
    enqueue(MAIL_JOB, mail=mail, row_id=str(row_id), mail_id=str(uuid7()))


def deliver(mail: Mail, row_id: uuid.UUID, mail_id: uuid.UUID) -> None:
    """Mail it now to everyone it concerns. Raises what the mail server answers.

    The ids of the messages are the job's, so that two copies are known as one.
    """
    _, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    for number, (address, language, link) in enumerate(_invited(row_id) if mail is Mail.INVITED else _sides(row_id)):
        text = render_to_string(f"patients/{mail}.{language}.txt", {"app_url": settings.APP_URL, "link": link})
        subject, _, body = text.partition("\n")
        message_id = f"<{mail_id}.{number}@{sender.partition('@')[2]}>"
        EmailMessage(subject, body.lstrip(), to=[address], headers={"Message-ID": message_id}).send()


def _invited(invitation_id: uuid.UUID) -> Iterable[tuple[str, str, str]]:
    row = GuardianInvitation.objects.filter(pk=invitation_id, spent_at=None).select_related("invited_by").first()
    if row is None:
        return
    known = User.objects.filter(email=row.email).first()
    token = make_token(row.pk, InvitationPurpose.GUARDIAN)
    # After `#`, so that no server's log ever sees the token.
    yield row.email, (known or row.invited_by).language, f"{settings.APP_URL}/guardian-invitation#token={token}"


def _sides(guardianship_id: uuid.UUID) -> Iterable[tuple[str, str, str]]:
    row = Guardianship.objects.filter(pk=guardianship_id).select_related("guardian", "patient__user").first()
    if row is None:
        return
    patient = row.patient.user or row.patient
    readers = {side.email: side.language for side in (row.guardian, patient) if side.email and _is_open(side)}
    yield from ((address, language, "") for address, language in readers.items())


def _is_open(side: object) -> bool:
    return not isinstance(side, User) or side.is_active
