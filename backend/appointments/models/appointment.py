"""A visit, from the hold that keeps its time to the end. One row, one id, all its life (R6)."""

import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from backend.accounts.models import User
from backend.appointments.enums import BLOCKING_STATUSES, CancelReason, Status
from backend.appointments.models.constraints import NO_DOUBLE_BOOKING, SANE_STATES, SANE_TIMES
from backend.appointments.models.series import Series
from backend.appointments.querysets import AppointmentQuerySet
from backend.clinics.models import Clinic, Room, Service
from backend.common.models import VersionedRow
from backend.patients.models import Patient
from backend.practitioners.models import Practitioner


class Appointment(VersionedRow):
    """Time of a practitioner, a room and a patient.

    `starts_at`..`ends_at` is the visit; `occupied_from`..`occupied_until` adds the buffers, which bind practitioner
    and room only. The promise is `local_start` in `timezone`; the instants are derived from it (D25). Prices and
    policy are copies from the moment of booking.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, null=True, related_name="appointments", db_index=False)
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="appointments", db_index=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="appointments", db_index=False)
    service = models.ForeignKey(Service, models.PROTECT, related_name="appointments", db_index=False)
    room = models.ForeignKey(Room, models.PROTECT, related_name="appointments", db_index=False)
    # The database's own foreign key is over patient and service, too: `appointment_is_of_its_series`.
    series = models.ForeignKey(
        Series, models.PROTECT, null=True, related_name="appointments", db_index=False, db_constraint=False
    )
    status = models.CharField(max_length=12, choices=Status)

    occupied_from = models.DateTimeField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    occupied_until = models.DateTimeField()
    local_start = models.CharField(max_length=16)
    timezone = models.CharField(max_length=40)

    held_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    hold_expires_at = models.DateTimeField(null=True)
    hold_extended_at = models.DateTimeField(null=True)
    booked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    booked_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    checked_in_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    no_show_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=12, choices=CancelReason, default=CancelReason.NONE)
    # After free cancellation had ended, and not for the clinic's own reasons; counted by patient and clinic.
    cancelled_late = models.BooleanField(default=False, db_default=False)
    cancel_note = models.CharField(max_length=500, default="", blank=True)

    # How often it was moved, how often by the patient's side, and from which date first; null: never moved.
    revision = models.PositiveIntegerField(default=0)
    moves_by_patient = models.PositiveSmallIntegerField(default=0, db_default=0)
    original_date = models.DateField(null=True)
    # The end of free cancellation that had passed when the patient moved the visit: moving does not open it again.
    free_ended_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=1000, default="", blank=True)
    overrides = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    price_minor = models.PositiveIntegerField()
    tax_basis_points = models.PositiveSmallIntegerField()
    currency = models.CharField(max_length=3)
    free_cancellation_minutes = models.PositiveIntegerField()
    late_cancellation_fee_percent = models.PositiveSmallIntegerField()
    no_show_fee_percent = models.PositiveSmallIntegerField()
    reschedule_limit = models.PositiveSmallIntegerField(default=3, db_default=3)
    reschedule_within_days = models.PositiveSmallIntegerField(default=60, db_default=60)
    cancellation_fee_minor = models.PositiveIntegerField(default=0)

    objects = AppointmentQuerySet.as_manager()

    @property
    def resources(self) -> dict[str, list[uuid.UUID]]:
        """Whose time the row takes, as the door asks for it."""
        return {
            "practitioner_ids": [self.practitioner_id],
            "room_ids": [self.room_id],
            "patient_ids": [self.patient_id] if self.patient_id else [],
        }

    class Meta:
        constraints = [*NO_DOUBLE_BOOKING, *SANE_TIMES, *SANE_STATES]
        indexes = [
            models.Index(
                fields=["practitioner", "occupied_from"],
                include=["occupied_until", "hold_expires_at"],
                condition=Q(status__in=[str(status) for status in BLOCKING_STATUSES]),
                name="appointment_busy_practitioner",
            ),
            models.Index(
                fields=["room", "occupied_from"],
                include=["occupied_until", "hold_expires_at"],
                condition=Q(status__in=[str(status) for status in BLOCKING_STATUSES]),
                name="appointment_busy_room",
            ),
            # These four stand in for the single-column indexes that each foreign key would bring.
            models.Index(fields=["patient", "starts_at"], name="appointment_by_patient"),
            models.Index(fields=["practitioner", "starts_at"], name="appointment_by_practitioner"),
            models.Index(fields=["clinic", "starts_at"], name="appointment_by_clinic"),
            models.Index(
                fields=["series", "starts_at"], condition=Q(series__isnull=False), name="appointment_by_series"
            ),
            models.Index(fields=["hold_expires_at"], condition=Q(status="held"), name="appointment_hold_by_expiry"),
        ]
