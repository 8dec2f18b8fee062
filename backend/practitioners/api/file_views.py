"""Taking on practitioners, and what is said of them."""

import uuid
from typing import cast

from backend.common.http.affected import DryRunQuery
from backend.common.http.changes import Removed, changed
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import PageQuery, page_of
from backend.common.permissions import Permission
from backend.practitioners.actions.change_practitioner import change_practitioner
from backend.practitioners.actions.create_practitioner import create_practitioner
from backend.practitioners.actions.leave_clinic import leave_clinic
from backend.practitioners.actions.place_practitioner import place_practitioner
from backend.practitioners.api.file_shapes import PractitionerChangesRequest, PractitionerFile, PractitionerRequest
from backend.practitioners.errors import AccountTaken, HasAccount, LastClinic
from backend.practitioners.facts import ProfileFacts
from backend.practitioners.queries.files import get_practitioner_for, practitioners_at


class CreatePractitioner(Operation):
    """Take on a practitioner.

    At clinics that the caller manages. Patients can book once there are verified credentials, working hours and
    services on file. With `email` the account of that address becomes theirs, and has the role `practitioner` there.
    """

    permission = Permission.PRACTITIONER_MANAGE
    accepts = PractitionerRequest
    returns = PractitionerFile
    status = 201
    raises = (AccountTaken,)

    def handle(self, call: Call) -> Reply:
        """Those who manage the clinics."""
        facts = dict(call.body)
        clinic_ids, email = facts.pop("clinic_ids"), facts.pop("email")
        made = create_practitioner(call.actor, facts=cast(ProfileFacts, facts), clinic_ids=clinic_ids, email=email)
        return Reply(made, location=f"/v1/practitioners/{made.pk}")


class UpdatePractitioner(Operation):
    """Change a practitioner, or withdraw them.

    A false `is_active` withdraws them, and true takes them back; nobody is deleted. Booked visits stay booked; those
    that nobody gives now are named. The etag is that of getPractitioner or getPractitionerFile.
    """

    permission = Permission.PRACTITIONER_MANAGE
    query = DryRunQuery
    accepts = PractitionerChangesRequest
    returns = changed(PractitionerFile)
    raises = (AccountTaken, HasAccount)

    def handle(self, call: Call, practitioner_id: uuid.UUID) -> Reply:
        """Those who manage a clinic of theirs."""
        changes = dict(call.body)
        email = changes.pop("email", None)
        found = change_practitioner(
            call.actor,
            practitioner_id=practitioner_id,
            changes=cast(ProfileFacts, changes),
            email=email,
            expected_version=call.expected_version,
            dry_run=call.query.get("dry_run", False),
        )
        return Reply(found)


class GetPractitionerFile(Operation):
    """Read the file of a practitioner.

    What the public profile leaves out: both languages, the clinics, whether they still work here.
    """

    permission = Permission.PRACTITIONER_READ
    returns = PractitionerFile

    def handle(self, call: Call, practitioner_id: uuid.UUID) -> Reply:
        """Staff of a clinic of theirs, and the practitioner."""
        return Reply(get_practitioner_for(call.actor, practitioner_id))


class ListClinicPractitioners(Operation):
    """List the files of those who work at a clinic.

    By family name, those who were withdrawn among them.
    """

    permission = Permission.PRACTITIONER_READ
    query = PageQuery
    returns = page_of(PractitionerFile)

    def handle(self, call: Call, clinic_id: uuid.UUID) -> Reply:
        """Staff of the clinic."""
        return paginate(call, practitioners_at(call.actor, clinic_id), order=["family_name", "given_name", "id"])


class PutPractitionerClinic(Operation):
    """Place a practitioner at a further clinic.

    Repeating it changes nothing. Whoever manages the clinic manages their file from then on, so the caller must manage
    both: a clinic of theirs, and this one. Their account, if any, has the role `practitioner` there.
    """

    permission = Permission.PRACTITIONER_MANAGE
    returns = PractitionerFile

    def handle(self, call: Call, practitioner_id: uuid.UUID, clinic_id: uuid.UUID) -> Reply:
        """Those who manage a clinic of theirs and this one."""
        return Reply(place_practitioner(call.actor, practitioner_id=practitioner_id, clinic_id=clinic_id))


class DeletePractitionerClinic(Operation):
    """End a practitioner's work at a clinic.

    Their hours, time off and services there end with it, and so does their account's role. Booked visits stay booked;
    those that nobody gives now are named. The etag is the practitioner's. The last clinic stays: withdraw them instead.
    """

    permission = Permission.PRACTITIONER_MANAGE
    query = DryRunQuery
    returns = Removed
    raises = (LastClinic,)

    def handle(self, call: Call, practitioner_id: uuid.UUID, clinic_id: uuid.UUID) -> Reply:
        """Those who manage this clinic."""
        affected = leave_clinic(
            call.actor,
            practitioner_id=practitioner_id,
            clinic_id=clinic_id,
            expected_version=call.expected_version,
            dry_run=call.query.get("dry_run", False),
        )
        return Reply({"affected_appointments": affected})
