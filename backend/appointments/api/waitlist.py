"""The wait list: join, read, leave, and the order of its queues."""

import uuid
from typing import Any

from backend.appointments.actions.waitlist.join_waitlist import Wanted, join_waitlist
from backend.appointments.actions.waitlist.leave_waitlist import leave_waitlist
from backend.appointments.actions.waitlist.move_entry import move_entry
from backend.appointments.api.waitlist_shapes import (
    MoveWaitlistEntryRequest,
    WaitlistEntry,
    WaitlistEntryRequest,
    WaitlistQuery,
)
from backend.appointments.errors import AlreadyWaiting, EmailNotVerified, InvalidTransition, SlotNotBookable
from backend.appointments.queries.waitlist import SeenEntry, list_entries, see_entry
from backend.appointments.rules.facts import Window
from backend.audit.reading import note_reading
from backend.common import clock
from backend.common.errors import CursorInvalid, NotFound, PermissionDenied
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, IfMatch, Operation, Reply
from backend.common.http.serializers import page_of
from backend.common.permissions import Permission
from backend.patients.errors import PatientMerged


class CreateWaitlistEntry(Operation):
    """Wait for a time to become free.

    For a service at some clinics and on some dates, behind those who are in their queues. When a time becomes free
    that suits and that every rule admits for the patient, it is kept and offered, by mail and in `offers` of the
    entry, for half an hour by day or until the morning: accept or decline it. What nobody answers goes to the next,
    and the entry keeps its place. One entry for a patient and service. Refused with `slot_not_bookable` where no time
    could ever be offered: what listSlots tells in `gate`, a service that a clinic does not offer, or by phone only.
    """

    permission = Permission.APPOINTMENT_BOOK
    accepts = WaitlistEntryRequest
    returns = WaitlistEntry
    status = 201
    rerender = True
    raises = (
        NotFound,
        PermissionDenied,
        EmailNotVerified,
        PatientMerged,
        AlreadyWaiting,
        InvalidTransition,
        SlotNotBookable,
    )

    def handle(self, call: Call) -> Reply:
        """Signed in."""
        asked = dict(call.body)
        patient_id, gives_back = asked.pop("patient_id", None), asked.pop("gives_back_appointment_id", None)
        windows = [Window(one["first_date"], one["last_date"]) for one in asked.pop("windows")]
        wanted = Wanted(windows=windows, **asked)
        entry = join_waitlist(call.actor, wanted=wanted, patient_id=patient_id, gives_back=gives_back)
        return Reply(see_entry(call.actor, entry.pk), location=f"/v1/waitlist-entries/{entry.pk}", resource_id=entry.pk)

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """The entry as it is now."""
        return see_entry(call.actor, resource_id)


class ListWaitlistEntries(Operation):
    """List entries of the wait list.

    What the caller may see: patients their own and their dependants', staff those of their clinics. With `clinic` they
    stand in the order in which that clinic serves them, else the oldest first.
    """

    permission = Permission.APPOINTMENT_READ
    query = WaitlistQuery
    returns = page_of(WaitlistEntry)
    raises = (CursorInvalid,)

    def handle(self, call: Call) -> Reply:
        """Signed in."""
        asked, now = call.query, clock.now()
        clinic_id = asked.get("clinic")
        rows = list_entries(
            call.actor, clinic_id=clinic_id, service_id=asked.get("service"), statuses=asked.get("status", ())
        )
        reply = paginate(call, rows, order=["rank"] if clinic_id else ["id"])
        note_reading(call.actor, "waitlist.listed", patient_ids=[row.patient_id for row in reply.data["results"]])
        reply.data["results"] = [SeenEntry(row, now) for row in reply.data["results"]]
        return reply


class GetWaitlistEntry(Operation):
    """Read an entry of the wait list.

    With its place in each queue, and what is offered at this moment.
    """

    permission = Permission.APPOINTMENT_READ
    returns = WaitlistEntry

    def handle(self, call: Call, entry_id: uuid.UUID) -> Reply:
        """The patient, guardians, staff of its clinics."""
        seen = see_entry(call.actor, entry_id)
        note_reading(call.actor, "waitlist.read", patient_ids=[seen.row.patient_id])
        return Reply(seen)


class DeleteWaitlistEntry(Operation):
    """Wait no longer.

    What is offered just now goes to the next. An entry that has ended answers the same and stays as it is; a visit
    that came of it stays booked.
    """

    permission = Permission.APPOINTMENT_BOOK
    if_match = IfMatch.NONE
    raises = (PermissionDenied,)

    def handle(self, call: Call, entry_id: uuid.UUID) -> Reply:
        """The patient, guardians, staff of its clinics."""
        leave_waitlist(call.actor, entry_id=entry_id)
        return Reply()


class MoveWaitlistEntry(Operation):
    """Move an entry within the queue of a clinic.

    For staff of that clinic, with a reason: before another entry that waits there for the same service, or to the end.
    """

    permission = Permission.APPOINTMENT_BOOK
    accepts = MoveWaitlistEntryRequest
    returns = WaitlistEntry
    rerender = True
    raises = (PermissionDenied, InvalidTransition)

    def handle(self, call: Call, entry_id: uuid.UUID) -> Reply:
        """Staff of the clinic."""
        asked = call.body
        before_id = asked["before_entry_id"]
        move_entry(
            call.actor, entry_id=entry_id, clinic_id=asked["clinic_id"], before_id=before_id, reason=asked["reason"]
        )
        return Reply(see_entry(call.actor, entry_id), resource_id=entry_id)

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """The entry as it is now."""
        return see_entry(call.actor, resource_id)
