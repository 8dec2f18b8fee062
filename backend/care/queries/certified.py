"""Who may decide for a patient as a clinician: whoever could treat them today."""

import uuid
from datetime import timedelta

from django.db.models import Q, QuerySet

from backend.appointments.availability.gather import Question, gather
from backend.appointments.models import Appointment
from backend.appointments.rules.facts import Lane, Window
from backend.appointments.rules.sets import offered_by_practitioner, practitioner_active, practitioner_certified
from backend.clinics.enums import Discipline
from backend.clinics.models import Service
from backend.common import clock
from backend.common.access import Actor
from backend.common.walltime import minute_of
from backend.patients.models import PatientClinic

ONE_DAY = timedelta(days=1)


def is_certified_for(actor: Actor, patient_id: uuid.UUID) -> bool:
    """Whether the caller gives a service that asks for screening, at a clinic that knows the patient, and holds every
    proof that it requires there today (D4, R10): asked as booking asks it."""
    clinics = PatientClinic.objects.filter(patient_id=patient_id).values_list("clinic_id", flat=True)
    return _gives_one_of(actor, Service.objects.filter(needs_screening=True), Q(offerings__clinic_id__in=clinics))


def is_certified_to_assess(actor: Actor, clinic_id: uuid.UUID) -> bool:
    """Whether the caller gives IMS, or its assessment, at the clinic, and holds every proof that it requires there
    today (D4, D8, R10)."""
    treatments = Service.objects.filter(discipline=Discipline.IMS, needs_clearance=True)
    assessments = treatments.exclude(assessment_service=None).values("assessment_service_id")
    services = Service.objects.filter(Q(pk__in=treatments.values("pk")) | Q(pk__in=assessments))
    return _gives_one_of(actor, services, Q(offerings__clinic_id=clinic_id))


def _gives_one_of(actor: Actor, services: QuerySet[Service], where: Q) -> bool:
    if actor.practitioner_id is None:
        return False
    given = services.filter(where, is_active=True, offerings__practitioner_id=actor.practitioner_id).distinct()
    return any(
        gives_today(actor.practitioner_id, service_id=service_id, clinic_id=clinic_id)
        for service_id, clinic_id in given.values_list("pk", "offerings__clinic_id")
    )


def gives_today(practitioner_id: uuid.UUID, *, service_id: uuid.UUID, clinic_id: uuid.UUID) -> bool:
    """Whether somebody gives a service at a clinic and holds every proof that it requires there today."""
    now = clock.now()
    window = Window(now.date() - ONE_DAY, now.date() + ONE_DAY)
    facts = gather(Question(service_id, window, (clinic_id,), (practitioner_id,)))
    lane, start = Lane(facts.places[0], facts.practitioners[0]), minute_of(now)
    asked = (practitioner_active, offered_by_practitioner, practitioner_certified)
    return all(start in admitted(lane) for admitted in asked)


def was_certified_for(visit: Appointment) -> bool:
    """Whether who gives the visit holds every proof that its service requires there on its day (D4, R10)."""
    day = visit.starts_at.date()
    question = Question(
        visit.service_id, Window(day - ONE_DAY, day + ONE_DAY), (visit.clinic_id,), (visit.practitioner_id,)
    )
    facts = gather(question)
    return minute_of(visit.starts_at) in practitioner_certified(Lane(facts.places[0], facts.practitioners[0]))
