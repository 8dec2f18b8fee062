"""Holds: keeping a start while its booking is filled in."""

import uuid
from typing import Any

from backend.appointments.actions.create_hold import create_hold
from backend.appointments.actions.extend_hold import extend_hold
from backend.appointments.actions.release_hold import release_hold
from backend.appointments.api.requests import HoldRequest
from backend.appointments.api.shapes import ClinicSummary, PractitionerSummary, ServiceSummary
from backend.appointments.enums import Status
from backend.appointments.errors import EmailNotVerified, HoldExpired, PatientOverlap, SlotNotBookable, SlotTaken
from backend.appointments.queries.holds import live_holds, see_hold
from backend.appointments.queries.policy import policy_of
from backend.appointments.queries.seen import SeenHold
from backend.common import walltime
from backend.common.budgets import Charge
from backend.common.errors import CursorInvalid, NotFound, PermissionDenied
from backend.common.http import fields
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, IfMatch, Operation, Reply
from backend.common.http.serializers import PageQuery, StrictSerializer, page_of
from backend.common.permissions import Permission
from backend.patients.errors import PatientMerged


class Hold(StrictSerializer):
    """A start kept for the caller. Book it by its id before it runs out; the visit then has the same id."""

    id = fields.UUIDField(help_text="The hold; `hold_id` of createAppointment, and later the id of the visit.")
    service_id = fields.UUIDField(help_text="The id of the service, as in `service`.")
    service = ServiceSummary(help_text="The service that is to be booked, by name.")
    clinic_id = fields.UUIDField(help_text="The id of the clinic, as in `clinic`.")
    clinic = ClinicSummary(help_text="The clinic that the start is at, with its address.")
    practitioner_id = fields.UUIDField(help_text="The id of the practitioner, as in `practitioner`.")
    practitioner = PractitionerSummary(help_text="Who is to give the visit: the one asked for, or whom we picked.")
    patient_id = fields.UUIDField(allow_null=True, help_text="Whom it is for; null if staff have yet to say.")
    starts_at = fields.DateTimeField(help_text="The start, with the clinic's offset.")
    ends_at = fields.DateTimeField(help_text="The end of the visit, with the clinic's offset.")
    timezone = fields.CharField(max_length=40, help_text="The clinic's IANA time zone.")
    expires_at = fields.DateTimeField(help_text="When the hold runs out, by our clock.")
    expires_in_seconds = fields.IntegerField(
        min_value=0,
        max_value=900,
        help_text="How long that is from now; count down from this, not from the phone's clock.",
    )
    can_be_extended = fields.BooleanField(
        help_text="Whether extendHold would let it last longer: once, while it lasts."
    )
    price_minor = fields.IntegerField(min_value=0, help_text="The price in cents, before tax; the visit will keep it.")
    tax_basis_points = fields.IntegerField(min_value=0, max_value=5000, help_text="The tax in hundredths of a percent.")
    currency = fields.CharField(max_length=3, help_text="The currency of all amounts, ISO 4217.")
    free_cancellation_until = fields.DateTimeField(
        help_text="If it were booked now, until then cancelling would cost nothing; by the clinic's clock."
    )
    late_cancellation_fee_percent = fields.IntegerField(
        min_value=0, max_value=100, help_text="The share of the price that a late cancellation will cost."
    )
    no_show_fee_percent = fields.IntegerField(
        min_value=0, max_value=100, help_text="The share of the price that a missed visit will cost."
    )


def _shown(seen: SeenHold) -> dict[str, Any]:
    hold, now = seen.row, seen.now
    zone, expires_at = walltime.zone(hold.timezone), hold.hold_expires_at or now
    names = ("service", "clinic", "practitioner")
    ids = {name: getattr(hold, name) for name in (*names, *(f"{name}_id" for name in names), "patient_id")}
    terms = ("price_minor", "tax_basis_points", "currency", "late_cancellation_fee_percent", "no_show_fee_percent")
    return {
        "id": hold.pk,
        **ids,
        "starts_at": hold.starts_at.astimezone(zone),
        "ends_at": hold.ends_at.astimezone(zone),
        "timezone": hold.timezone,
        "expires_at": expires_at,
        "expires_in_seconds": max(0, int((expires_at - now).total_seconds())),
        "can_be_extended": hold.status == Status.HELD and hold.hold_extended_at is None and now < expires_at,
        "free_cancellation_until": policy_of(hold, booked_at=now).free_until.astimezone(zone),
        **{name: getattr(hold, name) for name in terms},
    }


class CreateHold(Operation):
    """Hold a start for a few minutes.

    The start is nobody else's until the hold runs out, five minutes as a rule. The same caller asking again for the
    same start gets the same hold. Staff may leave the patient open. If somebody was faster, the answer is
    `slot_taken` with the next starts that can be booked. Patients hold three starts at once, and hold again with one
    practitioner only after five minutes what they let go or let run out; else `hold_limit` refuses, and the start can
    still be booked outright.

    Your own holds count as visits: a time that overlaps one is `patient_overlap`. To change the time, name the old
    hold in `replaces`: it is let go if, and only if, the new one is had. Needs a verified address, as booking does:
    else `email_not_verified`.
    """

    permission = Permission.APPOINTMENT_BOOK
    accepts = HoldRequest
    returns = Hold
    status = 201
    raises = (NotFound, PermissionDenied, EmailNotVerified, PatientMerged, SlotTaken, PatientOverlap, SlotNotBookable)
    budget = "hold"
    rerender = True

    def charges(self, call: Call) -> list[Charge]:
        """By caller and by address; what others behind the address do is not told."""
        return [*super().charges(call), Charge("hold_address", call.address, is_told=False)]

    def handle(self, call: Call) -> Reply:
        """Signed in."""
        hold_id = create_hold(call.actor, **call.body).row.pk
        return Reply(self.reload(call, hold_id), location=f"/v1/holds/{hold_id}")

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """The hold as it is now; it may have been booked since."""
        return _shown(see_hold(call.actor, resource_id, or_visit=True))


class ListHolds(Operation):
    """List the caller's holds.

    Those that still last, the one that ends first in front: after a restart of the app, say. Nobody sees another's.
    """

    permission = Permission.APPOINTMENT_BOOK
    query = PageQuery
    returns = page_of(Hold)
    raises = (CursorInvalid,)

    def handle(self, call: Call) -> Reply:
        """Signed in."""
        reply = paginate(call, live_holds(call.actor), order=("hold_expires_at", "id"))
        reply.data["results"] = [_shown(SeenHold(row, row.now)) for row in reply.data["results"]]
        return reply


class GetHold(Operation):
    """Read one of the caller's holds.

    Tells how long it still lasts. A hold that was booked is a visit: read it at getAppointment.
    """

    permission = Permission.APPOINTMENT_BOOK
    returns = Hold

    def handle(self, call: Call, hold_id: uuid.UUID) -> Reply:
        """Signed in; another's hold is as if absent."""
        return Reply(_shown(see_hold(call.actor, hold_id)))


class DeleteHold(Operation):
    """Let a held start go.

    Frees the start for others at once. A hold that has run out, or was let go before, answers the same.
    """

    permission = Permission.APPOINTMENT_BOOK
    if_match = IfMatch.NONE

    def handle(self, call: Call, hold_id: uuid.UUID) -> Reply:
        """Signed in; another's hold is as if absent."""
        release_hold(call.actor, hold_id=hold_id)
        return Reply()


class ExtendHold(Operation):
    """Keep a held start longer.

    Once, for a person who needs longer to fill in the form: it then lasts five minutes from now, fifteen in all at
    most. Asked again, the hold stays as it is. `can_be_extended` tells beforehand.
    """

    permission = Permission.APPOINTMENT_BOOK
    returns = Hold
    rerender = True
    raises = (HoldExpired,)

    def handle(self, call: Call, hold_id: uuid.UUID) -> Reply:
        """Signed in; another's hold is as if absent."""
        extend_hold(call.actor, hold_id=hold_id)
        return Reply(self.reload(call, hold_id))

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """The hold as it is now; it may have been booked since."""
        return _shown(see_hold(call.actor, resource_id, or_visit=True))
