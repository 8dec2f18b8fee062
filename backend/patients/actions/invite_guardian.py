"""Asking somebody to look after a patient."""

import uuid
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop

from backend.accounts.models import normal_email
from backend.audit.actions import record
from backend.common import clock
from backend.common.access import Actor
from backend.common.clock import real_now
from backend.common.errors import FieldCode, FieldError, PermissionDenied, ValidationFailed
from backend.common.permissions import Permission
from backend.events.actions import publish
from backend.patients.actions._family import in_order, refuse_past_end
from backend.patients.enums import GuardianScope, Relationship
from backend.patients.event_types import GuardianInvited
from backend.patients.mails import Mail, send_later
from backend.patients.models import GuardianInvitation, Guardianship
from backend.patients.queries.family import manages_as_staff
from backend.patients.queries.visible import get_patient_to, require_not_merged

_PROOF = gettext_noop("Say what you were shown: a court order, the birth certificate, the patient's own wish.")
_NOT_YOURS = gettext_noop("Nobody gives what they do not hold themselves.")


def invite_guardian(
    actor: Actor,
    *,
    patient_id: uuid.UUID,
    email: str,
    relationship: Relationship,
    scopes: list[GuardianScope],
    ends_on: date | None = None,
    proof: str = "",
) -> GuardianInvitation:
    """Mail a link to the address; whoever has the account of that address accepts by it. An earlier invitation of
    that address for the patient is worth nothing any more.

    By the patient, by a guardian as far as their own scopes go, or at the desk with what it was shown. Raises NotFound,
    PermissionDenied, PatientMerged, ValidationFailed.
    """
    patient = get_patient_to(actor, patient_id, Permission.PATIENT_MANAGE)
    require_not_merged(patient)
    refuse_past_end(ends_on)
    if manages_as_staff(actor, patient.pk):
        if not proof:
            raise ValidationFailed(errors=(FieldError("/proof", FieldCode.REQUIRED, _PROOF),))
    elif patient.pk != actor.own_patient_id:
        ends_on = _within_own(actor, patient.pk, scopes, ends_on)
    with transaction.atomic():
        of_address = GuardianInvitation.objects.filter(patient=patient, email=normal_email(email), spent_at=None)
        of_address.update(spent_at=real_now(), updated_at=clock.now())
        invitation: GuardianInvitation = GuardianInvitation.objects.create(
            patient=patient,
            email=normal_email(email),
            relationship=relationship,
            scopes=in_order(scopes),
            ends_on=ends_on,
            proof=proof,
            invited_by_id=actor.user_id,
            expires_at=real_now() + settings.INVITATION_LIFETIME,
        )
        _tell(actor, invitation)
    return invitation


def _tell(actor: Actor, invitation: GuardianInvitation) -> None:
    publish(GuardianInvited(subject_id=invitation.pk, patient_id=invitation.patient_id))
    send_later(Mail.INVITED, invitation.pk)
    record(
        actor,
        "guardian.invited",
        subject_type="guardian_invitation",
        subject_id=invitation.pk,
        patient_id=invitation.patient_id,
        after={name: getattr(invitation, name) for name in ("email", "relationship", "scopes")},
        reason=invitation.proof,
    )


def _within_own(actor: Actor, patient_id: uuid.UUID, scopes: list[GuardianScope], until: date | None) -> date | None:
    """The last day, no later than the caller's own. Raises ValidationFailed for scopes that the caller has not."""
    own = Guardianship.objects.live().filter(guardian_id=actor.user_id, patient_id=patient_id).first()
    if own is None:
        raise PermissionDenied
    if set(scopes) - set(own.scopes):
        raise ValidationFailed(errors=(FieldError("/scopes", FieldCode.INVALID, _NOT_YOURS),))
    return min(filter(None, (until, own.ends_on)), default=None)
