"""Plain-text mails to people who are asked to work at a clinic, in the reader's language."""

import uuid
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from backend.accounts.enums import InvitationPurpose
from backend.accounts.links import make_token
from backend.accounts.models import User
from backend.clinics.models import MemberInvitation
from backend.common.ids import uuid7
from backend.common.jobs import enqueue

MAIL_JOB = "clinics.send_invitation"


def send_invitation_later(invitation_id: uuid.UUID) -> None:
    """Have it mailed once the transaction holds."""
    enqueue(MAIL_JOB, invitation_id=str(invitation_id), mail_id=str(uuid7()))


def deliver_invitation(invitation_id: uuid.UUID, mail_id: uuid.UUID) -> None:
    """Mail it now, if it is still of use. Raises what the mail server answers."""
    rows = MemberInvitation.objects.filter(pk=invitation_id, spent_at=None).select_related("clinic", "invited_by")
    row = rows.first()
    if row is None:
        return
    language = (User.objects.filter(email=row.email).first() or row.invited_by).language
    # After `#`, so that no server's log ever sees the token.
    link = f"{settings.APP_URL}/member-invitation#token={make_token(row.pk, InvitationPurpose.MEMBER)}"
    text = render_to_string(f"clinics/member_invited.{language}.txt", {"clinic": row.clinic.name, "link": link})
    subject, _, body = text.partition("\n")
    _, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message_id = f"<{mail_id}@{sender.partition('@')[2]}>"
    EmailMessage(subject, body.lstrip(), to=[row.email], headers={"Message-ID": message_id}).send()
