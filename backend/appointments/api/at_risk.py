"""Booked visits that set-up no longer covers."""

import uuid

from backend.appointments.queries.at_risk import AtRisk, at_risk_at, at_risk_with
from backend.audit.reading import note_reading
from backend.common.errors import CursorInvalid, PermissionDenied
from backend.common.http.affected import AffectedAppointment
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import PageQuery, page_of
from backend.common.permissions import Permission


class AtRiskAppointment(AffectedAppointment):
    """A booked visit that cannot take place as it stands; `rules` say why. Nobody moves or cancels it by itself."""


class ListAtRiskAppointments(Operation):
    """List a practitioner's visits at risk.

    Visits to come that hours, a closure, time off, a credential, a room or an offer no longer cover, by start. They
    stay booked until somebody moves, reassigns or cancels them, or restores what covered them; then they are listed no
    more. Visits at clinics of others are left out.
    """

    permission = Permission.PRACTITIONER_READ
    query = PageQuery
    returns = page_of(AtRiskAppointment)
    raises = (CursorInvalid,)

    def handle(self, call: Call, practitioner_id: uuid.UUID) -> Reply:
        """Staff of a clinic of theirs, and the practitioner."""
        return _page(call, at_risk_with(call.actor, practitioner_id))


class ListClinicAtRiskAppointments(Operation):
    """List a clinic's visits at risk.

    As listAtRiskAppointments, whoever gives them. A practitioner gets the own ones.
    """

    permission = Permission.APPOINTMENT_READ
    query = PageQuery
    returns = page_of(AtRiskAppointment)
    raises = (CursorInvalid, PermissionDenied)

    def handle(self, call: Call, clinic_id: uuid.UUID) -> Reply:
        """Staff of the clinic, and practitioners who work there."""
        return _page(call, at_risk_at(call.actor, clinic_id))


def _page(call: Call, found: AtRisk) -> Reply:
    reply = paginate(call, found.rows, order=["starts_at", "id"])
    note_reading(call.actor, "appointment.listed", patient_ids=[row.patient_id for row in reply.data["results"]])
    reply.data["results"] = [found.why[row.pk] for row in reply.data["results"]]
    return reply
