"""What a physiotherapist decides about answers."""

import uuid
from typing import Any

from backend.care.actions.clear_screening import clear_screening
from backend.care.errors import NotForAClinician
from backend.common.errors import PermissionDenied
from backend.common.http import fields
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import StrictSerializer
from backend.common.permissions import Permission
from backend.patients.enums import ScreeningStatus
from backend.patients.queries.screenings import as_seen_by, get_screening_for


class ClearScreeningRequest(StrictSerializer):
    """Why the treatment suits in spite of an answer."""

    reason = fields.CharField(max_length=500, help_text="Why it suits; kept with the answers, for those who treat.")


class ClearedScreening(StrictSerializer):
    """Where the screening stands now. All of it is at getScreening."""

    id = fields.UUIDField(help_text="The set of answers that was decided about.")
    patient_id = fields.UUIDField(source="row.patient_id", help_text="The patient whom the answers are about.")
    status = fields.ChoiceField(ScreeningStatus, help_text="Where it stands: `cleared`, until it is answered anew.")
    valid_until_date = fields.DateField(
        source="row.valid_until", help_text="The last date, at the clinic, on which the answers count."
    )
    cleared_at = fields.DateTimeField(source="row.cleared_at", help_text="When the physiotherapist decided.")


class ClearScreening(Operation):
    """Decide that the treatment suits in spite of an answer.

    For a physiotherapist who holds every proof that the treatment requires today, at a clinic that knows the patient.
    Answers that forbid treatment cannot be cleared. It holds until the answers run out or are given anew.
    """

    permission = Permission.SCREENING_CLEAR
    accepts = ClearScreeningRequest
    returns = ClearedScreening
    rerender = True
    raises = (PermissionDenied, NotForAClinician)

    def handle(self, call: Call, screening_id: uuid.UUID) -> Reply:
        """Answers the screening as it is then."""
        row = clear_screening(call.actor, screening_id=screening_id, reason=call.body["reason"])
        return Reply(as_seen_by(call.actor, row))

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """As it stands now."""
        return as_seen_by(call.actor, get_screening_for(call.actor, resource_id))
