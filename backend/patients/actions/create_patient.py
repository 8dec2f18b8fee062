"""Taking on a patient at the desk."""

import uuid

from django.db import transaction

from backend.audit.actions import record
from backend.common.access import Actor
from backend.common.permissions import Permission
from backend.events.actions import publish
from backend.patients.actions._person import PersonFacts, enter_person, plain
from backend.patients.actions.link_to_clinic import link_to_clinic
from backend.patients.enums import LinkOrigin
from backend.patients.event_types import PatientCreated
from backend.patients.models import Patient
from backend.patients.queries.clinics import require_open_clinic


def create_patient(actor: Actor, *, clinic_id: uuid.UUID, facts: PersonFacts) -> Patient:
    """Enter a new patient and make them known at the clinic. Raises PermissionDenied, ValidationFailed.

    Who may be the same person is for `queries.duplicates` to say; nobody is merged.
    """
    actor.require(Permission.PATIENT_MANAGE, clinic_id=clinic_id)
    require_open_clinic(clinic_id)
    with transaction.atomic():
        patient = enter_person(facts)
        link_to_clinic(patient_id=patient.pk, clinic_id=clinic_id, origin=LinkOrigin.DESK)
        publish(PatientCreated(subject_id=patient.pk, clinic_id=clinic_id))
        record(
            actor,
            "patient.created",
            subject_type="patient",
            subject_id=patient.pk,
            patient_id=patient.pk,
            clinic_id=clinic_id,
            after=plain(facts),
        )
    return patient
