"""What practitioners give where."""

import uuid

from backend.clinics.consequences import Outcome
from backend.common.http.affected import DryRunQuery
from backend.common.http.changes import Removed, changed
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import PageQuery, page_of
from backend.common.permissions import Permission
from backend.practitioners import models
from backend.practitioners.actions.offer_service import offer_service
from backend.practitioners.actions.withdraw_offering import withdraw_offering
from backend.practitioners.api.file_shapes import Offering, OfferingRequest
from backend.practitioners.errors import OfferingExists
from backend.practitioners.queries.files import get_part_for, parts_of


class ListOfferings(Operation):
    """List what a practitioner gives where.

    Also at clinics that no longer offer it; what can be booked is at listSlots.
    """

    permission = Permission.PRACTITIONER_READ
    query = PageQuery
    returns = page_of(Offering)

    def handle(self, call: Call, practitioner_id: uuid.UUID) -> Reply:
        """Staff of a clinic of theirs, and the practitioner."""
        return paginate(call, parts_of(call.actor, models.Offering, practitioner_id), order=["id"])


class CreateOffering(Operation):
    """Have a practitioner give a service at a clinic.

    They work there, and it is on the clinic's list. Whether they have proved that they may is asked of each visit.
    """

    permission = Permission.PRACTITIONER_MANAGE
    query = DryRunQuery
    accepts = OfferingRequest
    returns = changed(Offering)
    status = 201
    raises = (OfferingExists,)

    def handle(self, call: Call, practitioner_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        dry_run = call.query.get("dry_run", False)
        made = offer_service(call.actor, practitioner_id=practitioner_id, **call.body, dry_run=dry_run)
        return Reply(Outcome(made), location=f"/v1/offerings/{made.pk}")


class GetOffering(Operation):
    """Read one offering.

    As listOfferings shows it, with the etag that its end needs.
    """

    permission = Permission.PRACTITIONER_READ
    returns = Offering

    def handle(self, call: Call, offering_id: uuid.UUID) -> Reply:
        """Staff of a clinic of theirs, and the practitioner."""
        return Reply(get_part_for(call.actor, models.Offering, offering_id))


class DeleteOffering(Operation):
    """Have a practitioner give a service there no longer.

    Booked visits stay booked; those that are not offered now are named in the answer.
    """

    permission = Permission.PRACTITIONER_MANAGE
    query = DryRunQuery
    returns = Removed

    def handle(self, call: Call, offering_id: uuid.UUID) -> Reply:
        """Those who manage its clinic."""
        affected = withdraw_offering(
            call.actor,
            offering_id=offering_id,
            expected_version=call.expected_version,
            dry_run=call.query.get("dry_run", False),
        )
        return Reply({"affected_appointments": affected})
