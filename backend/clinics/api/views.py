"""The public catalogue of clinics and services."""

import uuid

from backend.clinics.api.clinic_detail import ClinicDetail
from backend.clinics.api.clinic_shapes import Clinic, ClinicQuery
from backend.clinics.api.service_shapes import Service, ServiceDetail, ServiceQuery
from backend.clinics.queries import clinics, services
from backend.common.http.access import PUBLIC
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import page_of


class ListClinics(Operation):
    """List the clinics of the chain.

    By name, or with `near` the nearest first. Clinics that have closed for good are left out.
    """

    permission = PUBLIC
    query = ClinicQuery
    returns = page_of(Clinic)

    def handle(self, call: Call) -> Reply:
        """Public."""
        asked = call.query
        near = asked.get("near")
        found = clinics.find_clinics(near=near, service=asked.get("service"), q=asked.get("q"))
        reply = paginate(call, found, order=["distance_metres" if near else "name", "id"])
        reply.data["results"] = clinics.describe(reply.data["results"], expand=asked["expand"])
        return reply


class GetClinic(Operation):
    """Read one clinic.

    Where it is, when it is open, which closures lie ahead, what it offers at which price, and who gives visits there.
    """

    permission = PUBLIC
    returns = ClinicDetail

    def handle(self, call: Call, clinic_id: uuid.UUID) -> Reply:
        """Public; a clinic that has closed for good is as if absent."""
        return Reply(clinics.get_clinic(clinic_id))


class ListServices(Operation):
    """List what can be booked.

    By code. Each service says where it is offered and what it costs there; no clinic offers everything.
    """

    permission = PUBLIC
    query = ServiceQuery
    returns = page_of(Service)

    def handle(self, call: Call) -> Reply:
        """Public."""
        found = services.find_services(clinic_ids=call.query["clinic"], code=call.query.get("code"))
        reply = paginate(call, found, order=["code", "id"])
        reply.data["results"] = services.describe(reply.data["results"])
        return reply


class GetService(Operation):
    """Read one service.

    With preparation, what must come before it, and the questions patients ask, in the language of Accept-Language; a
    question that has not been translated yet comes in English and says so.
    """

    permission = PUBLIC
    returns = ServiceDetail

    def handle(self, call: Call, service_id: uuid.UUID) -> Reply:
        """Public; a service that is no longer given is as if absent."""
        return Reply(services.get_service(service_id, language=call.language))
