"""Patients, for the staff of the clinics that know them."""

import uuid
from typing import Any, cast

from backend.common.access import Actor
from backend.common.errors import EtagMismatch, PermissionDenied
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import page_of
from backend.common.permissions import Permission
from backend.patients.actions._person import PersonFacts
from backend.patients.actions.create_patient import create_patient
from backend.patients.actions.look_up_patient import look_up_patient
from backend.patients.actions.note_listing import note_listing
from backend.patients.actions.read_patient import read_patient
from backend.patients.actions.update_patient import PatientChanges, update_patient
from backend.patients.api.patient_shapes import (
    CreatedPatient,
    CreatePatientRequest,
    LookUpPatientRequest,
    Patient,
    PatientQuery,
    UpdatePatientRequest,
)
from backend.patients.errors import PatientMerged
from backend.patients.queries.duplicates import possible_duplicates
from backend.patients.queries.visible import find_patients, get_patient_for


class ListPatients(Operation):
    """List patients.

    Those known at the caller's clinics, the newest first; by the begin of a name with `q`. Who is known only at other
    clinics is found by lookUpPatient. The audit log keeps who was shown.
    """

    permission = Permission.PATIENT_READ
    query = PatientQuery
    returns = page_of(Patient)

    def handle(self, call: Call) -> Reply:
        """Newest first by id, so that cursors carry no names."""
        found = find_patients(call.actor, q=call.query.get("q"), clinic_ids=call.query["clinic"])
        reply = paginate(call, found, order=["-id"])
        note_listing(call.actor, patient_ids=[patient.pk for patient in reply.data["results"]])
        return reply


class CreatePatient(Operation):
    """Take on a patient at the desk.

    The clinic's staff see the patient from now on. `possible_duplicates` are patients of the caller's clinics who may
    be the same person, `duplicates_elsewhere` counts those of other clinics; proposePatientMerge brings two together.
    Phone numbers are read as Canadian, as all clinics are, unless they name a country.
    """

    permission = Permission.PATIENT_MANAGE
    accepts = CreatePatientRequest
    returns = CreatedPatient
    status = 201
    rerender = True
    raises = (PermissionDenied,)

    def handle(self, call: Call) -> Reply:
        """Staff of the clinic."""
        facts = dict(call.body)
        clinic_id = facts.pop("clinic_id")
        patient = create_patient(call.actor, clinic_id=clinic_id, facts=cast(PersonFacts, facts))
        return Reply(_created(call.actor, patient), location=f"/v1/patients/{patient.pk}")

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """The patient and the duplicates as they are now."""
        return _created(call.actor, get_patient_for(call.actor, resource_id))


class LookUpPatient(Operation):
    """Find a patient of another clinic who stands at the desk.

    By exact e-mail address or phone number and birth date, over the whole chain. Once found, the patient is known at
    the clinic, and its staff see them. Attempts are counted and recorded: 429 when one person makes too many. Where
    several people share all that was given, the given name is asked for.
    """

    permission = Permission.PATIENT_MANAGE
    accepts = LookUpPatientRequest
    returns = Patient
    budget = "patient_lookup"
    rerender = True
    raises = (PermissionDenied,)

    def handle(self, call: Call) -> Reply:
        """Staff of the clinic; 404 tells nothing but that not all of it matches."""
        return Reply(look_up_patient(call.actor, **call.body))

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """The patient as they are now."""
        return get_patient_for(call.actor, resource_id)


class GetPatient(Operation):
    """Read one patient.

    For staff of a clinic that knows them, for themselves and for who looks after them. The audit log keeps who read.
    Of a duplicate that was merged into another patient, `merged_into_id` says where its visits and records are now.
    """

    permission = Permission.PATIENT_READ
    returns = Patient

    def handle(self, call: Call, patient_id: uuid.UUID) -> Reply:
        """Who is known only at other clinics is as if absent."""
        return Reply(read_patient(call.actor, patient_id=patient_id))


class UpdatePatient(Operation):
    """Change a patient's contact data.

    Where the person has an account, it changes with it, but for the e-mail address: they sign in with it, so only
    they can change it.
    """

    permission = Permission.PATIENT_MANAGE
    accepts = UpdatePatientRequest
    returns = Patient
    rerender = True
    raises = (EtagMismatch, PermissionDenied, PatientMerged)

    def handle(self, call: Call, patient_id: uuid.UUID) -> Reply:
        """Answers the patient as they are afterwards."""
        changes = cast(PatientChanges, dict(call.body))
        update_patient(call.actor, patient_id=patient_id, changes=changes, expected_version=call.expected_version)
        return Reply(get_patient_for(call.actor, patient_id))

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """The patient as they are now."""
        return get_patient_for(call.actor, resource_id)


def _created(actor: Actor, patient: Any) -> Any:
    found = possible_duplicates(actor, patient)
    patient.possible_duplicates, patient.duplicates_elsewhere = found.seen, found.elsewhere
    return patient
