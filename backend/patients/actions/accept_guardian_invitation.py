"""Agreeing to look after a patient."""

from django.db import transaction
from django.utils.translation import gettext_noop

from backend.accounts.enums import InvitationPurpose
from backend.accounts.links import read_token
from backend.accounts.models import User
from backend.common.access import Actor
from backend.common.clock import real_now
from backend.common.errors import FieldCode, FieldError, ValidationFailed
from backend.patients.actions._family import tell
from backend.patients.actions.end_guardianships import end_guardianships
from backend.patients.family_querysets import date_of_rights
from backend.patients.models import GuardianInvitation, Guardianship

_OF_NO_USE = gettext_noop("This invitation is not valid, or no longer, or it is for another address than yours.")


def accept_guardian_invitation(actor: Actor, *, token: str) -> Guardianship:
    """Take it with the account of the address that it was mailed to: its reader is thereby known. Works once.

    Raises ValidationFailed on `/token` for an invitation of no use to the caller, and GuardianAlready.
    """
    user = User.objects.get(pk=actor.user_id)
    with transaction.atomic():
        invitation = _take(token, user)
        if invitation is None or invitation.patient.user_id == user.pk:
            raise ValidationFailed(errors=(FieldError("/token", FieldCode.INVALID, _OF_NO_USE),))
        end_guardianships(patient_id=invitation.patient_id)
        row = Guardianship.objects.create(
            guardian=user,
            patient_id=invitation.patient_id,
            relationship=invitation.relationship,
            scopes=invitation.scopes,
            starts_on=date_of_rights(),
            ends_on=invitation.ends_on,
            proof=invitation.proof,
        )
        invitation.spent_at = real_now()
        invitation.save(update_fields=["spent_at"])
        after = {"guardian_id": user.pk, "relationship": row.relationship, "scopes": row.scopes}
        tell(actor, row, "began", after=after, reason=invitation.proof)
    return row


def _take(token: str, user: User) -> GuardianInvitation | None:
    invitation_id = read_token(token, InvitationPurpose.GUARDIAN)
    if invitation_id is None:
        return None
    unspent = GuardianInvitation.objects.filter(pk=invitation_id, email=user.email, spent_at=None)
    usable = unspent.filter(patient__merged_into=None)
    # Locked: of two who come at once, the second finds it spent.
    locked = usable.select_for_update(no_key=True, of=("self",)).select_related("patient")
    found: GuardianInvitation | None = locked.filter(expires_at__gt=real_now()).first()
    return found
