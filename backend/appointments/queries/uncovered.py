"""Visits to come that the set-up no longer covers."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import cast

from django.db.models import Q, QuerySet

from backend.appointments.availability.gather import Facts, Question, gather
from backend.appointments.enums import BLOCKING_STATUSES, RuleCode, Status
from backend.appointments.models import Appointment
from backend.appointments.queries.pathway import broken_by_patients
from backend.appointments.rules.facts import Lane, Window
from backend.appointments.rules.registry import BY_CODE
from backend.clinics.consequences import AffectedVisit, Scope
from backend.common import clock, walltime
from backend.common.periods import Periods

# What set-up decides. The other rules are about the moment of booking, or about the patient.
COVER = tuple(
    BY_CODE[code]
    for code in (
        RuleCode.NOT_OFFERED,
        RuleCode.PRACTITIONER_INACTIVE,
        RuleCode.CREDENTIAL_MISSING,
        RuleCode.OUTSIDE_HOURS,
        RuleCode.CLINIC_CLOSED,
        RuleCode.PRACTITIONER_AWAY,
    )
)


def uncovered(scope: Scope) -> list[AffectedVisit]:
    """The booked visits to come in scope that some rule of set-up refuses; else as `uncovered_among`."""
    in_scope = Q(clinic_id__in=scope.clinic_ids) | Q(practitioner_id__in=scope.practitioner_ids)
    return uncovered_among(Appointment.objects.filter(in_scope))


def uncovered_among(visits: QuerySet[Appointment]) -> list[AffectedVisit]:
    """Those of the visits that are booked and to come and that some rule of set-up refuses, by start.

    A constant number of statements per service among them.
    """
    by_service: defaultdict[uuid.UUID, list[Appointment]] = defaultdict(list)
    for visit in _booked(visits):
        by_service[visit.service_id].append(visit)
    found = (one for of_service in by_service.values() for one in _uncovered(of_service))
    return sorted(found, key=lambda one: (one.starts_at, one.appointment_id))


def at_risk_among(visits: QuerySet[Appointment]) -> list[AffectedVisit]:
    """Those that set-up does not cover, and those that the patients' own side no longer carries, by start."""
    found = {one.appointment_id: one for one in uncovered_among(visits)}
    asking = Q(service__needs_screening=True) | Q(service__needs_consent=True) | Q(service__needs_clearance=True)
    asked = list(_booked(visits.filter(asking).select_related("service")))
    broken = broken_by_patients(asked)
    for visit in asked:
        if visit.pk in broken:
            known = found.get(visit.pk)
            codes = tuple(code.value for code in broken[visit.pk])
            found[visit.pk] = replace(known, rules=known.rules + codes) if known else affected(visit, broken[visit.pk])
    return sorted(found.values(), key=lambda one: (one.starts_at, one.appointment_id))


def _booked(visits: QuerySet[Appointment]) -> Iterable[Appointment]:
    statuses = [status for status in BLOCKING_STATUSES if status != Status.HELD]
    booked = visits.filter(status__in=statuses, starts_at__gt=clock.now())
    return booked.select_related("patient", "practitioner", "service")


def _uncovered(visits: list[Appointment]) -> Iterator[AffectedVisit]:
    dates = [visit.starts_at.date() for visit in visits]
    one_day = timedelta(days=1)
    facts = gather(
        Question(
            service_id=visits[0].service_id,
            window=Window(min(dates) - one_day, max(dates) + one_day),
            clinic_ids=tuple({visit.clinic_id for visit in visits}),
            practitioner_ids=tuple({visit.practitioner_id for visit in visits}),
        )
    )
    covers = _Covers(facts)
    for visit in visits:
        if refused := covers.refusing(visit):
            yield affected(visit, refused)


class _Covers:
    """The sets of the covering rules, each worked out once for a practitioner at a clinic."""

    def __init__(self, facts: Facts) -> None:
        self.places = {place.clinic.id: place for place in facts.places}
        self.practitioners = {person.id: person for person in facts.practitioners}
        self.sets: dict[tuple[uuid.UUID, uuid.UUID], list[tuple[RuleCode, Periods]]] = {}

    def refusing(self, visit: Appointment) -> tuple[RuleCode, ...]:
        place = self.places[visit.clinic_id]
        key = (visit.clinic_id, visit.practitioner_id)
        if key not in self.sets:
            self.sets[key] = self._sets(Lane(place, self.practitioners[visit.practitioner_id]))
        start = walltime.minute_of(visit.starts_at)
        codes = [code for code, admitted in self.sets[key] if start not in admitted]
        if visit.room_id not in {room.id for room in place.clinic.rooms}:
            codes.append(RuleCode.NO_ROOM)
        return tuple(codes)

    @staticmethod
    def _sets(lane: Lane) -> list[tuple[RuleCode, Periods]]:
        found = []
        for rule in COVER:
            at_place = rule.at_place(lane.place) if rule.at_place else Periods.EVER
            in_lane = rule.in_lane(lane) if rule.in_lane else Periods.EVER
            found.append((rule.code, at_place & in_lane))
        return found


def affected(visit: Appointment, refused: tuple[RuleCode, ...]) -> AffectedVisit:
    """A visit as it is told of, with the rules that refuse it; it comes with patient and practitioner."""
    return AffectedVisit(
        appointment_id=visit.pk,
        clinic_id=visit.clinic_id,
        practitioner_id=visit.practitioner_id,
        patient_id=cast(uuid.UUID, visit.patient_id),  # by constraint appointment_booked_for_a_patient
        service_id=visit.service_id,
        patient_name=str(visit.patient),
        practitioner_name=str(visit.practitioner),
        starts_at=visit.starts_at.astimezone(walltime.zone(visit.timezone)),
        rules=tuple(code.value for code in refused),
    )
