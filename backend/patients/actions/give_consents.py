"""Agreeing to what a service does (D13)."""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_noop

from backend.accounts.models import User
from backend.audit.actions import record
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, PermissionDenied, ValidationFailed
from backend.common.permissions import Permission
from backend.events.actions import publish
from backend.patients.enums import Party
from backend.patients.event_types import ConsentGiven
from backend.patients.models import Consent, ConsentText, Patient
from backend.patients.queries.screenings import party_of
from backend.patients.queries.visible import get_patient_to, require_not_merged


def give_consents(
    actor: Actor,
    *,
    patient_id: uuid.UUID,
    text_ids: Sequence[uuid.UUID],
    signed_by_name: str | None = None,
    pointer: str = "/consents",
) -> list[Consent]:
    """Keep that somebody agreed to these texts for the patient; what was agreed to before stays as it is.

    Without a name it was the caller, or, where staff enter it, the patient. Raises NotFound, PermissionDenied,
    PatientMerged, and ValidationFailed, at `pointer` and the place in the list, for a text that is not asked
    for any more.
    """
    patient = get_patient_to(actor, patient_id, Permission.CONSENT_READ)
    if not Patient.objects.visible_to(actor, Permission.CONSENT_GIVE).filter(pk=patient.pk).exists():
        raise PermissionDenied
    require_not_merged(patient)
    _require_current(text_ids, pointer)
    party, now = party_of(actor, patient.pk), clock.now()
    signed_by = signed_by_name or _name_of(actor, patient, party)
    wanted = [
        Consent(
            patient=patient, text_id=one, given_at=now, given_by_id=actor.user_id, party=party, signed_by_name=signed_by
        )
        for one in dict.fromkeys(text_ids)
    ]
    with transaction.atomic():
        # ON CONFLICT DO NOTHING: a twin in flight is waited for.
        Consent.objects.bulk_create(wanted, ignore_conflicts=True)
        live = Consent.objects.filter(patient=patient, text_id__in=text_ids, revoked_at=None)
        given = list(live.select_related("text").order_by("pk"))
        new = {one.pk for one in wanted}
        for consent in given:
            if consent.pk in new:
                _tell(actor, consent)
    return given


def _require_current(text_ids: Sequence[uuid.UUID], pointer: str) -> None:
    current = set(ConsentText.objects.filter(pk__in=text_ids, superseded_at=None).values_list("pk", flat=True))
    detail = gettext_noop("This text is not asked for any more. Show the present one, and ask again.")
    errors = tuple(
        FieldError(f"{pointer}/{place}" if pointer == "/consents" else pointer, FieldCode.MISMATCH, detail)
        for place, text_id in enumerate(text_ids)
        if text_id not in current
    )
    if errors:
        raise ValidationFailed(errors=errors)


def _name_of(actor: Actor, patient: Patient, party: Party) -> str:
    if party == Party.GUARDIAN:
        user = User.objects.get(pk=actor.user_id)
        return f"{user.given_name} {user.family_name}"
    return str(patient)


def _tell(actor: Actor, consent: Consent) -> None:
    publish(ConsentGiven(subject_id=consent.pk, patient_id=consent.patient_id))
    record(
        actor,
        "consent.given",
        subject_type="consent",
        subject_id=consent.pk,
        patient_id=consent.patient_id,
        after={"text_id": str(consent.text_id), "version": consent.text.version, "party": consent.party},
    )
