"""Adding somebody whom one looks after (D2)."""

from django.db import transaction

from backend.accounts.enums import Language
from backend.accounts.models import User
from backend.audit.actions import record
from backend.common.access import Actor
from backend.common.errors import AlreadyExists
from backend.events.actions import publish
from backend.patients.actions._person import PersonFacts, enter_person, plain
from backend.patients.enums import Relationship
from backend.patients.event_types import PatientCreated
from backend.patients.family_querysets import date_of_rights
from backend.patients.models import Guardianship, Patient
from backend.patients.querysets import is_called


def add_dependant(actor: Actor, *, relationship: Relationship, facts: PersonFacts) -> Patient:
    """Enter a patient for whom the caller acts from today on; no clinic knows them before the first visit.

    Without a language it is the caller's. Raises ValidationFailed, and AlreadyExists when the caller has entered
    somebody of that name and birth date before.
    """
    with transaction.atomic():
        # Locked, so that the second of two taps sees the first one's row.
        guardian = User.objects.select_for_update(no_key=True).get(pk=actor.user_id)
        known = Patient.objects.unmerged().filter(guardianships__guardian=guardian, birth_date=facts.get("birth_date"))
        if known.filter(is_called(facts["given_name"], facts["family_name"])).exists():
            raise AlreadyExists
        patient = enter_person({"language": Language(guardian.language), **facts})
        Guardianship.objects.create(
            guardian=guardian,
            patient=patient,
            relationship=relationship,
            starts_on=date_of_rights(),
        )
        publish(PatientCreated(subject_id=patient.pk))
        record(
            actor,
            "dependant.added",
            subject_type="patient",
            subject_id=patient.pk,
            patient_id=patient.pk,
            after=plain({**facts, "relationship": relationship}),
        )
    return patient
