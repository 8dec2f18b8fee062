"""How patients keep their visits."""

import uuid

from backend.appointments.queries.attendance import attendance_of
from backend.audit.reading import note_reading
from backend.common.http import fields
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import StrictSerializer, list_of
from backend.common.permissions import Permission


class ClinicAttendance(StrictSerializer):
    """How a patient kept their visits at one clinic."""

    clinic_id = fields.UUIDField(help_text="The clinic that the visits were at.")
    clinic_name = fields.CharField(max_length=120, help_text="The name on the door of the clinic.")
    completed_count = fields.IntegerField(min_value=0, help_text="How many visits took place.")
    no_show_count = fields.IntegerField(min_value=0, help_text="How many visits the patient missed.")
    late_cancellation_count = fields.IntegerField(
        min_value=0, help_text="How many were cancelled after free cancellation had ended, whatever it cost."
    )
    desk_must_book = fields.BooleanField(
        help_text="Whether only the desk books for the patient there, after missed visits: the rule of that name."
    )


class PatientAttendance(StrictSerializer):
    """How a patient kept their visits."""

    patient_id = fields.UUIDField(help_text="The patient whose visits were counted.")
    clinics = list_of(
        ClinicAttendance, max_length=1000, help_text="Clinics where the patient has or had visits, by name."
    )


class GetPatientAttendance(Operation):
    """Read how a patient kept their visits.

    Completed, missed and late cancelled visits, by clinic; staff are told of their own clinics only. Where a clinic's
    policy says so, `desk_must_book` keeps patients who missed visits from booking and moving them by themselves.
    """

    permission = Permission.PATIENT_READ
    returns = PatientAttendance

    def handle(self, call: Call, patient_id: uuid.UUID) -> Reply:
        """Staff of a clinic that knows them, the patient, and who looks after them."""
        found = attendance_of(call.actor, patient_id)
        note_reading(call.actor, "attendance.read", patient_ids=[patient_id])
        return Reply({"patient_id": patient_id, "clinics": found})
