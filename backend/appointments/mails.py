"""Plain-text mails about offers, in the reader's language: when and where, never what for (D11)."""

import uuid
from collections.abc import Iterable
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import formats, translation

from backend.accounts.models import User
from backend.appointments.enums import OfferStatus
from backend.appointments.models import WaitlistOffer
from backend.common import clock
from backend.common.walltime import zone
from backend.patients.enums import GuardianScope
from backend.patients.models import Guardianship, Patient


def tell_of_offer(offer_id: uuid.UUID, mail_id: uuid.UUID) -> None:
    """Mail an offer that still stands to the patient, or to those who act for them. Raises what the mail server
    answers. The id of each message is the job's, so that two copies are known as one."""
    offers = WaitlistOffer.objects.select_related("entry__patient", "clinic").filter(status=OfferStatus.OPEN)
    offer = offers.filter(pk=offer_id, expires_at__gt=clock.now()).first()
    if offer is None:
        return
    _, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    for number, (address, language) in enumerate(_readers(offer.entry.patient)):
        subject, _, body = _text(offer, language).partition("\n")
        message_id = f"<{mail_id}.{number}@{sender.partition('@')[2]}>"
        EmailMessage(subject, body.lstrip(), to=[address], headers={"Message-ID": message_id}).send()


def _text(offer: WaitlistOffer, language: str) -> str:
    where = zone(offer.clinic.timezone)
    with translation.override(language):
        when, until = (
            formats.date_format(instant.astimezone(where), "DATETIME_FORMAT", use_l10n=True)
            for instant in (offer.starts_at, offer.expires_at)
        )
        values = {"app_url": settings.APP_URL, "offer": offer, "when": when, "until": until}
        return render_to_string(f"appointments/offer.{language}.txt", values)


def _readers(patient: Patient) -> Iterable[tuple[str, str]]:
    """Addresses and languages: of the patient's account, else of guardians' who get messages, else of the patient."""
    acting = Guardianship.objects.live().filter(patient=patient, scopes__contains=[GuardianScope.MESSAGES])
    own = [patient.user_id] if patient.user_id else list(acting.values_list("guardian_id", flat=True))
    readers = User.objects.filter(pk__in=own, is_active=True).order_by("pk")
    found = [(user.email, user.language) for user in readers]
    return found or ([(patient.email, patient.language)] if patient.email else [])
