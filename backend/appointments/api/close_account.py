"""Closing one's own account."""

from backend.appointments.actions.close_account import close_account
from backend.appointments.api.shapes import ClinicSummary
from backend.appointments.queries.seen import SeenVisit
from backend.clinics.errors import StillMember
from backend.common import clock
from backend.common.http import fields
from backend.common.http.access import SIGNED_IN
from backend.common.http.operations import Call, Idempotency, Operation, Reply
from backend.common.http.serializers import StrictSerializer, list_of


class CloseAccountRequest(StrictSerializer):
    """The password, to prove once more who is there."""

    current_password = fields.CharField(
        max_length=200, trim_whitespace=False, help_text="The present password of the account."
    )


class KeptAppointment(StrictSerializer):
    """A visit that stays booked. It can no longer be seen in the app: show where and when, and whom to call."""

    appointment_id = fields.UUIDField(
        source="row.pk", help_text="The visit; the front desk finds it in the list of its day."
    )
    patient_name = fields.CharField(source="row.patient", max_length=201, help_text="Whom the visit is for, by name.")
    starts_at = fields.DateTimeField(help_text="The start, with the clinic's offset: its text shows the wall time.")
    clinic = ClinicSummary(source="row.clinic", help_text="The clinic, whose front desk cancels or moves the visit.")


class ClosedAccount(StrictSerializer):
    """The account is closed; visits to come, of the person and of dependants, stay booked."""

    upcoming_appointments = list_of(
        KeptAppointment, max_length=1000, help_text="The visits that stay booked, by start; empty if there are none."
    )


class CloseAccount(Operation):
    """Close one's own account.

    At once and for good: every session ends, nobody can sign in, mailed links are worthless. **Visits that are booked
    stay booked**, with their fees for late cancellation; the front desk cancels or moves them by phone. To give them
    up, cancel them first. Nothing new is booked, and desks find the person no more. Data for sign-in goes after a
    month, what ran the clinic after a year, the clinics' records of care when the law of their province lets them. Who
    works in the chain cannot close: a manager takes the roles away first (`still_member`).
    """

    permission = SIGNED_IN
    accepts = CloseAccountRequest
    returns = ClosedAccount
    raises = (StillMember,)
    budget = "reauthentication"
    # A receipt would hold a digest of the password, and nobody could replay it.
    idempotency = Idempotency.NONE

    def handle(self, call: Call) -> Reply:
        """With the present password."""
        visits = close_account(call.actor, **call.body)
        now = clock.now()
        return Reply({"upcoming_appointments": [SeenVisit(visit, call.actor, now) for visit in visits]})
