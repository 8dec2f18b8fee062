"""Writing new instants under old promises, many at once."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

from django.db.models import Case, DurationField, F, Value, When

from backend.appointments.event_types import AppointmentRetimed
from backend.appointments.models import Appointment, Transition
from backend.appointments.models.constraints import INSTANTS
from backend.appointments.rules.timelaw import Retiming
from backend.audit.actions import Deed, record_all
from backend.common.walltime import zone
from backend.events.actions import publish_all

REASON = "the law of the clinic's clock changed"


def retime(going: Sequence[Retiming], *, at: datetime) -> None:
    """Move these rows, with history, events and audit. In the transaction that locks them.

    One UPDATE, since the exclusion constraints judge at its end: visits may take each other's times.
    """
    if not going:
        return
    by: defaultdict[timedelta, list[uuid.UUID]] = defaultdict(list)
    for one in going:
        by[one.by].append(one.row.id)
    later = Case(*(When(pk__in=ids, then=Value(shift)) for shift, ids in by.items()), output_field=DurationField())
    Appointment.objects.filter(pk__in=[one.row.id for one in going]).update(
        **{name: F(name) + later for name in INSTANTS},
        revision=F("revision") + 1,
        version=F("version") + 1,
        updated_at=at,
    )
    Transition.objects.bulk_create([_transition(one, at) for one in going])
    publish_all([_event(one) for one in going])
    record_all([_deed(one) for one in going], reason=REASON)


def _starts(one: Retiming) -> tuple[str, str]:
    """Before and after, each by the law of its time: the same reading, another offset."""
    after = one.starts_at.astimezone(zone(one.row.timezone))
    was_ahead = (after.utcoffset() or timedelta()) + one.by
    return one.row.starts_at.astimezone(timezone(was_ahead)).isoformat(), after.isoformat()


def _transition(one: Retiming, at: datetime) -> Transition:
    before, after = _starts(one)
    return Transition(
        appointment_id=one.row.id,
        from_status=one.row.status,
        to_status=one.row.status,
        at=at,
        reason=REASON,
        changes={"starts_at": {"before": before, "after": after}},
    )


def _event(one: Retiming) -> AppointmentRetimed:
    return AppointmentRetimed(
        subject_id=one.row.id,
        clinic_id=one.row.clinic_id,
        patient_id=one.row.patient_id,
        practitioner_id=one.row.practitioner_id,
        service_id=one.row.service_id,
        starts_at=one.starts_at,
        previous_starts_at=one.row.starts_at,
        revision=one.row.revision + 1,
    )


def _deed(one: Retiming) -> Deed:
    before, after = _starts(one)
    return Deed(
        action="appointment.retimed",
        subject_type="appointment",
        subject_id=one.row.id,
        patient_id=one.row.patient_id,
        clinic_id=one.row.clinic_id,
        before={"starts_at": before},
        after={"starts_at": after},
    )
