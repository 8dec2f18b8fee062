"""The invariants of occupied time, judged last by PostgreSQL.

Four instants instead of two range columns: a range built from two finite, ordered instants can be neither empty nor
unbounded nor oddly bounded, which are the ranges that slip past an exclusion constraint or block somebody for ever.
"""

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Func, Q, Value
from django.db.models.lookups import Exact

from backend.appointments.enums import BLOCKING_STATUSES, HOLD_STATUSES, CancelReason, Status
from backend.common.constraints import one_of

INSTANTS = ("occupied_from", "starts_at", "ends_at", "occupied_until")


def nobody_is_in_two_places(resource: str, lower: str, upper: str, *, name: str) -> ExclusionConstraint:
    """Two blocking rows of one resource never overlap. Deferrable, so that a swap is one statement (R5)."""
    during = Func(F(lower), F(upper), function="tstzrange", output_field=DateTimeRangeField())
    return ExclusionConstraint(
        name=name,
        expressions=[(resource, RangeOperators.EQUAL), (during, RangeOperators.OVERLAPS)],
        condition=Q(status__in=[str(status) for status in BLOCKING_STATUSES]),
        deferrable=Deferrable.IMMEDIATE,
    )


def _seconds_past_the_minute(field: str) -> Func:
    # extract(epoch) is immutable where date_trunc depends on the server's zone.
    template = "mod(extract(epoch from %(expressions)s), 60)"
    return Func(F(field), template=template, output_field=models.DecimalField(max_digits=20, decimal_places=6))


NO_DOUBLE_BOOKING = [
    nobody_is_in_two_places("practitioner", "occupied_from", "occupied_until", name="appointment_practitioner_is_free"),
    nobody_is_in_two_places("room", "occupied_from", "occupied_until", name="appointment_room_is_free"),
    nobody_is_in_two_places("patient", "starts_at", "ends_at", name="appointment_patient_is_free"),
]

SANE_TIMES = [
    models.CheckConstraint(
        condition=Q(
            occupied_from__lte=F("starts_at"),
            starts_at__lt=F("ends_at"),
            ends_at__lte=F("occupied_until"),
            occupied_until__lte=F("occupied_from") + timedelta(hours=24),
        ),
        name="appointment_times_in_order",
    ),
    models.CheckConstraint(
        condition=Q(occupied_from__gt="2000-01-01T00:00Z", occupied_until__lt="2200-01-01T00:00Z"),
        name="appointment_times_are_finite",
    ),
    *(
        models.CheckConstraint(
            condition=Exact(_seconds_past_the_minute(field), Value(0)),
            name=f"appointment_{field}_is_a_whole_minute",
        )
        for field in INSTANTS
    ),
]

IS_HOLD = Q(status__in=[str(status) for status in HOLD_STATUSES])
SANE_STATES = [
    one_of("status", Status.values, name="appointment_status_is_known"),
    one_of("cancel_reason", CancelReason.values, name="appointment_cancel_reason_is_known"),
    # Whether a row is busy is read from `hold_expires_at` alone: one left on a visit would hide it from the rules.
    models.CheckConstraint(
        condition=IS_HOLD & Q(hold_expires_at__isnull=False) | ~IS_HOLD & Q(hold_expires_at__isnull=True),
        name="appointment_hold_expires",
    ),
    models.CheckConstraint(
        condition=IS_HOLD | Q(patient__isnull=False, booked_at__isnull=False),
        name="appointment_booked_for_a_patient",
    ),
    models.CheckConstraint(
        condition=Q(status=Status.CANCELLED, cancelled_at__isnull=False) & ~Q(cancel_reason="none")
        | ~Q(status=Status.CANCELLED) & Q(cancelled_at__isnull=True, cancel_reason="none"),
        name="appointment_cancelled_with_a_reason",
    ),
]
