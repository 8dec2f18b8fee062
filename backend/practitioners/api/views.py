"""The public profiles of practitioners."""

import uuid

from backend.common.http.access import PUBLIC
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import page_of
from backend.practitioners.api.shapes import Practitioner, PractitionerDetail, PractitionerQuery
from backend.practitioners.queries import public


class ListPractitioners(Operation):
    """List who gives visits.

    By family name. With a service and clinics: who gives that service at one of those clinics. Whether someone is
    free is at listSlots.
    """

    permission = PUBLIC
    query = PractitionerQuery
    returns = page_of(Practitioner)

    def handle(self, call: Call) -> Reply:
        """Public."""
        asked = call.query
        found = public.find_practitioners(
            clinic_ids=asked["clinic"], service=asked.get("service"), language=asked.get("language")
        )
        reply = paginate(call, found, order=["family_name", "given_name", "id"])
        reply.data["results"] = public.describe(reply.data["results"])
        return reply


class GetPractitioner(Operation):
    """Read the public profile of a practitioner.

    Title, languages, where and when they work, and which of their credentials are valid today: never the numbers.
    """

    permission = PUBLIC
    returns = PractitionerDetail

    def handle(self, call: Call, practitioner_id: uuid.UUID) -> Reply:
        """Public; someone who no longer works here is as if absent."""
        return Reply(public.get_practitioner(practitioner_id))
