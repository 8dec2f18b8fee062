"""Texts that patients consent to, and their consents."""

import uuid
from typing import Any

from backend.audit.reading import note_reading
from backend.common.errors import PermissionDenied
from backend.common.http.access import PUBLIC
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import PageQuery, page_of
from backend.common.permissions import Permission
from backend.patients.actions.give_consents import give_consents
from backend.patients.actions.publish_consent_text import publish_consent_text
from backend.patients.actions.revoke_consent import revoke_consent
from backend.patients.api.screening_shapes import (
    Consent,
    ConsentRequest,
    ConsentText,
    ConsentTextRequest,
    ManagedConsentText,
)
from backend.patients.errors import PatientMerged
from backend.patients.queries.consents import consents_of, current_text_of, get_consent_for
from backend.patients.queries.visible import get_patient_to


class GetConsentText(Operation):
    """Read what a service asks consent to.

    In the caller's language. 404 for a service that asks for none. Show the whole text before the visit is booked;
    who agrees sends its `id` to createAppointment in `consents`, or to createConsent.
    """

    permission = PUBLIC
    returns = ConsentText

    def handle(self, call: Call, service_id: uuid.UUID) -> Reply:
        """Public."""
        return Reply(current_text_of(service_id))


class CreateConsentText(Operation):
    """Change what a service asks consent to.

    The next version, in both languages. Patients who agreed to an earlier one are asked anew before their next
    booking, and at check-in. Whether a service needs a consent at all is its `needs_consent`.
    """

    permission = Permission.SCREENING_MANAGE
    accepts = ConsentTextRequest
    returns = ManagedConsentText
    status = 201

    def handle(self, call: Call, service_id: uuid.UUID) -> Reply:
        """The owner: it holds for every clinic."""
        text = publish_consent_text(call.actor, service_id=service_id, **call.body)
        return Reply(text, location=f"/v1/services/{service_id}/consent-text")


class CreateConsent(Operation):
    """Consent to a text, for a patient.

    By the patient, by who looks after them, or at the desk for somebody who agreed there. Who agreed to it already
    gets the consent they gave.
    """

    permission = Permission.CONSENT_GIVE
    accepts = ConsentRequest
    returns = Consent
    status = 201
    rerender = True
    raises = (PermissionDenied, PatientMerged)

    def handle(self, call: Call, patient_id: uuid.UUID) -> Reply:
        """A text that has a newer version is refused: nobody agrees to what they were not shown."""
        [consent] = give_consents(
            call.actor,
            patient_id=patient_id,
            text_ids=[call.body["consent_text_id"]],
            signed_by_name=call.body.get("signed_by_name"),
            pointer="/consent_text_id",
        )
        return Reply(consent, location=f"/v1/consents/{consent.pk}")

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """As it stands now."""
        return get_consent_for(call.actor, resource_id)


class ListConsents(Operation):
    """List a patient's consents.

    The newest first, with the texts as they were then; consents that were taken back stay on the list.
    """

    permission = Permission.CONSENT_READ
    query = PageQuery
    returns = page_of(Consent)
    raises = (PermissionDenied,)

    def handle(self, call: Call, patient_id: uuid.UUID) -> Reply:
        """Whoever may see the patient's consents; another's patient is as if absent."""
        get_patient_to(call.actor, patient_id, Permission.CONSENT_READ)
        reply = paginate(call, consents_of(call.actor, patient_id), order=["-given_at", "-id"])
        note_reading(call.actor, "consent.read", patient_ids=[patient_id])
        return reply


class GetConsent(Operation):
    """Read one consent.

    With the text as it was when it was agreed to, in the caller's language.
    """

    permission = Permission.CONSENT_READ
    returns = Consent

    def handle(self, call: Call, consent_id: uuid.UUID) -> Reply:
        """Another's is as if absent."""
        consent = get_consent_for(call.actor, consent_id)
        note_reading(call.actor, "consent.read", patient_ids=[consent.patient_id])
        return Reply(consent)


class RevokeConsent(Operation):
    """Take a consent back.

    It counts no more, for booking nor at check-in; visits that are booked stay, and the clinic is told. Taking it
    back again changes nothing.
    """

    permission = Permission.CONSENT_GIVE
    returns = Consent
    rerender = True
    raises = (PermissionDenied,)

    def handle(self, call: Call, consent_id: uuid.UUID) -> Reply:
        """The patient, who looks after them, or the desk at their wish."""
        return Reply(revoke_consent(call.actor, consent_id=consent_id))

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """As it stands now."""
        return get_consent_for(call.actor, resource_id)
