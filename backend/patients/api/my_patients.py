"""The caller as a patient, and the people they look after."""

import uuid
from typing import Any, cast

from backend.common.errors import AlreadyExists, EtagMismatch, NotFound, PermissionDenied
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import PageQuery, page_of
from backend.common.permissions import Permission
from backend.patients.actions._person import PersonFacts
from backend.patients.actions.add_dependant import add_dependant
from backend.patients.actions.claim_patient import claim_patient
from backend.patients.actions.update_patient import PatientChanges, update_patient
from backend.patients.api.patient_shapes import (
    ClaimPatientRequest,
    CreateDependantRequest,
    MyPatient,
    UpdatePatientRequest,
)
from backend.patients.enums import GuardianScope, Tie
from backend.patients.errors import OwnRecordInUse
from backend.patients.queries.mine import get_my_patient, my_patients


class ListMyPatients(Operation):
    """List oneself and one's dependants.

    Everyone for whom the caller acts today, with what the caller is to them and may do for them.
    """

    permission = Permission.PATIENT_READ
    query = PageQuery
    returns = page_of(MyPatient)

    def handle(self, call: Call) -> Reply:
        """In the order in which they were entered."""
        return paginate(call, my_patients(call.actor), order=["id"])


class CreateDependant(Operation):
    """Add somebody whom one looks after.

    A child, a parent, a spouse: the caller may book for them at once. Nobody else is told, and no clinic knows them
    before their first visit. How many one person may add in a day is limited.
    """

    permission = Permission.PATIENT_MANAGE
    accepts = CreateDependantRequest
    returns = MyPatient
    status = 201
    budget = "dependant"
    rerender = True
    raises = (AlreadyExists,)

    def handle(self, call: Call) -> Reply:
        """The rights of this call were looked up before there was anybody to look after."""
        facts = dict(call.body)
        relationship = facts.pop("relationship")
        patient: Any = add_dependant(call.actor, relationship=relationship, facts=cast(PersonFacts, facts))
        patient.tie, patient.scopes = relationship, GuardianScope.values
        return Reply(patient, location=f"/v1/me/patients/{patient.pk}")

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """The dependant as they are now."""
        return get_my_patient(call.actor, resource_id)


class ClaimPatient(Operation):
    """Take over the record that a desk made of oneself.

    For who came to a clinic before they had an account. It is found by the account's e-mail address, which must be
    verified, and the birth date; visits and all else stay with it, and it takes the place of the empty one that
    registering made. 404 tells nothing but that not all of it matches. How often one person may try is limited.
    """

    permission = Permission.PATIENT_MANAGE
    accepts = ClaimPatientRequest
    returns = MyPatient
    budget = "claim"
    rerender = True
    raises = (OwnRecordInUse, NotFound)

    def handle(self, call: Call) -> Reply:
        """The rights of this call were looked up before the record was the caller's."""
        patient: Any = claim_patient(call.actor, birth_date=call.body["birth_date"])
        patient.tie, patient.scopes = Tie.SELF, GuardianScope.values
        return Reply(patient)

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """The record as it is now."""
        return get_my_patient(call.actor, resource_id)


class GetMyPatient(Operation):
    """Read oneself or one dependant.

    What the clinics know of the person: names, birth date, how to reach them.
    """

    permission = Permission.PATIENT_READ
    returns = MyPatient

    def handle(self, call: Call, patient_id: uuid.UUID) -> Reply:
        """Anybody else is as if absent, for staff too."""
        return Reply(get_my_patient(call.actor, patient_id))


class UpdateMyPatient(Operation):
    """Change oneself or one dependant.

    The clinics see the change at once. For the caller it changes the account as well; the e-mail address of whoever
    has an account is what they sign in with, and is not changed here.
    """

    permission = Permission.PATIENT_MANAGE
    accepts = UpdatePatientRequest
    returns = MyPatient
    rerender = True
    raises = (EtagMismatch, PermissionDenied)

    def handle(self, call: Call, patient_id: uuid.UUID) -> Reply:
        """Answers the person as they are afterwards."""
        get_my_patient(call.actor, patient_id)
        changes = cast(PatientChanges, dict(call.body))
        update_patient(call.actor, patient_id=patient_id, changes=changes, expected_version=call.expected_version)
        return Reply(get_my_patient(call.actor, patient_id))

    def reload(self, call: Call, resource_id: uuid.UUID) -> Any:
        """The person as they are now."""
        return get_my_patient(call.actor, resource_id)
