"""Who looks after a patient: asked, agreed, changed, ended."""

import uuid
from typing import Any, cast

from backend.accounts.invitation_charges import of_invitation
from backend.audit.reading import note_reading
from backend.common.budgets import Charge
from backend.common.errors import EtagMismatch, PermissionDenied
from backend.common.http.access import SIGNED_IN
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import PageQuery, page_of
from backend.common.permissions import Permission
from backend.patients.actions.accept_guardian_invitation import accept_guardian_invitation
from backend.patients.actions.change_guardianship import GuardianshipChanges, change_guardianship
from backend.patients.actions.end_guardianship import end_guardianship
from backend.patients.actions.invite_guardian import invite_guardian
from backend.patients.api.guardian_shapes import (
    AcceptGuardianInvitationRequest,
    EndGuardianshipRequest,
    GuardianInvitation,
    GuardianInvitationRequest,
    Guardianship,
    UpdateGuardianshipRequest,
)
from backend.patients.errors import GuardianAlready, GuardianshipOver, PatientMerged
from backend.patients.queries.family import get_guardianship_for, guardians_of


class ListGuardians(Operation):
    """List who looks after a patient.

    The newest first, with those who did before. For the patient, everybody who looks after them, and staff of the
    clinics that know them.
    """

    permission = Permission.PATIENT_READ
    people_only = True
    query = PageQuery
    returns = page_of(Guardianship)

    def handle(self, call: Call, patient_id: uuid.UUID) -> Reply:
        """Another's patient is as if absent."""
        reply = paginate(call, guardians_of(call.actor, patient_id), order=["-id"])
        note_reading(call.actor, "guardianship.listed", patient_ids=[patient_id] if reply.data["results"] else ())
        return reply


class CreateGuardianInvitation(Operation):
    """Ask somebody to look after a patient.

    A link is mailed to the address; it lives for 7 days and works once. Whoever signs in, or registers, with that
    address accepts it at acceptGuardianInvitation, and may act for the patient from then on: nobody becomes a guardian
    without agreeing. The patient asks whom they like; a guardian gives no more than their own scopes and days; the
    desk says in `proof` what it was shown. The answer does not tell whether the address has an account.
    """

    permission = Permission.PATIENT_MANAGE
    people_only = True
    accepts = GuardianInvitationRequest
    returns = GuardianInvitation
    status = 202
    raises = (PermissionDenied, PatientMerged)

    def charges(self, call: Call) -> list[Charge]:
        """Nobody's mailbox is to be flooded from here."""
        return of_invitation(call.actor.user_id, call.body["email"])

    def handle(self, call: Call, patient_id: uuid.UUID) -> Reply:
        """The patient, who looks after them, or the desk."""
        invitation = invite_guardian(call.actor, patient_id=patient_id, **call.body)
        return Reply(invitation)


class AcceptGuardianInvitation(Operation):
    """Agree to look after a patient, with the secret of the mailed link.

    Sign in with the account of the address that the link was mailed to. Both sides are told by mail. A minor's
    guardians lose their rights on the day on which the patient comes of age: see `last_day`.
    """

    permission = SIGNED_IN
    accepts = AcceptGuardianInvitationRequest
    returns = Guardianship
    status = 201
    budget = "link"
    rerender = True
    raises = (GuardianAlready,)

    def handle(self, call: Call) -> Reply:
        """Whoever has the address."""
        row = accept_guardian_invitation(call.actor, token=call.body["token"])
        return Reply(get_guardianship_for(call.actor, row.pk), location=f"/v1/guardianships/{row.pk}")

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """As it stands now."""
        return get_guardianship_for(call.actor, resource_id)


class GetGuardianship(Operation):
    """Read one guardianship.

    As listGuardians shows it; one's own also once it is over.
    """

    permission = Permission.PATIENT_READ
    people_only = True
    returns = Guardianship

    def handle(self, call: Call, guardianship_id: uuid.UUID) -> Reply:
        """Another's is as if absent."""
        found = get_guardianship_for(call.actor, guardianship_id)
        note_reading(call.actor, "guardianship.read", patient_ids=[found.patient_id])
        return Reply(found)


class UpdateGuardianship(Operation):
    """Change what a guardian may do, or until when.

    By the patient, or at the desk; a guardian may only give up scopes and days of their own. It holds with the next
    request, and both sides are told by mail.
    """

    permission = Permission.PATIENT_MANAGE
    people_only = True
    accepts = UpdateGuardianshipRequest
    returns = Guardianship
    rerender = True
    raises = (EtagMismatch, PermissionDenied, GuardianshipOver)

    def handle(self, call: Call, guardianship_id: uuid.UUID) -> Reply:
        """Answers it as it is afterwards."""
        changes = cast(GuardianshipChanges, dict(call.body))
        expected = call.expected_version
        row = change_guardianship(
            call.actor, guardianship_id=guardianship_id, changes=changes, expected_version=expected
        )
        return Reply(row)

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """As it stands now."""
        return get_guardianship_for(call.actor, resource_id)


class EndGuardianship(Operation):
    """Look after a patient no more, or let somebody do so no more.

    Either side ends it, or the desk. It holds with the next request, visits that are booked stay, and both sides are
    told by mail. Ending it again changes nothing.
    """

    permission = Permission.PATIENT_MANAGE
    people_only = True
    accepts = EndGuardianshipRequest
    returns = Guardianship
    rerender = True
    raises = (PermissionDenied,)

    def handle(self, call: Call, guardianship_id: uuid.UUID) -> Reply:
        """The patient, this guardian, or the desk."""
        return Reply(end_guardianship(call.actor, guardianship_id=guardianship_id, **call.body))

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """As it stands now."""
        return get_guardianship_for(call.actor, resource_id)
