"""Setting up what the chain offers, and on which terms a clinic does."""

import uuid
from typing import cast

from backend.clinics.actions.change_service import change_service
from backend.clinics.actions.create_service import create_service
from backend.clinics.actions.offer_service import offer_service
from backend.clinics.api.service_setup_shapes import (
    ClinicOffer,
    ManagedService,
    OfferRequest,
    ServiceChangesRequest,
    ServiceRequest,
)
from backend.clinics.consequences import Outcome
from backend.clinics.errors import OfferExists, ServiceCodeTaken
from backend.clinics.facts import OfferFacts, ServiceFacts
from backend.clinics.queries.setup import offers_for
from backend.common.http.affected import DryRunQuery
from backend.common.http.changes import changed
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, IfMatch, Operation, Reply
from backend.common.http.serializers import PageQuery, page_of
from backend.common.permissions import Permission


class CreateService(Operation):
    """Make a service.

    For the whole chain; a clinic offers it once it is on the clinic's list, see putClinicService.
    """

    permission = Permission.SERVICE_MANAGE
    accepts = ServiceRequest
    returns = changed(ManagedService)
    status = 201
    raises = (ServiceCodeTaken,)

    def handle(self, call: Call) -> Reply:
        """Owners."""
        service = create_service(call.actor, facts=cast(ServiceFacts, call.body))
        return Reply(Outcome(service), location=f"/v1/services/{service.pk}")


class UpdateService(Operation):
    """Change a service, or withdraw it.

    A service is never deleted, and its code never changes. Length, buffers and prices apply to visits booked from now
    on. Booked visits stay booked; those that lose room or practitioner by the change are named.
    """

    permission = Permission.SERVICE_MANAGE
    query = DryRunQuery
    accepts = ServiceChangesRequest
    returns = changed(ManagedService)

    def handle(self, call: Call, service_id: uuid.UUID) -> Reply:
        """Owners."""
        found = change_service(
            call.actor,
            service_id=service_id,
            changes=cast(ServiceFacts, call.body),
            expected_version=call.expected_version,
            dry_run=call.query.get("dry_run", False),
        )
        return Reply(found)


class ListClinicServices(Operation):
    """List what a clinic offers, on its own terms.

    Also what it once offered. Null means as the service or the clinic's policy say; what that comes to is at getClinic.
    """

    permission = Permission.CLINIC_MANAGE
    query = PageQuery
    returns = page_of(ClinicOffer)

    def handle(self, call: Call, clinic_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        return paginate(call, offers_for(call.actor, clinic_id), order=["id"])


class PutClinicService(Operation):
    """Offer a service at a clinic, or change or withdraw the offer.

    The body is the whole offer: what it leaves out is as the service or the clinic's policy say. Repeating it changes
    nothing. To replace an offer send its etag in If-Match; without, only a first offer is made. `is_active` false
    withdraws it; booked visits stay booked, and are named.
    """

    permission = Permission.CLINIC_MANAGE
    query = DryRunQuery
    accepts = OfferRequest
    returns = changed(ClinicOffer)
    if_match = IfMatch.OPTIONAL
    raises = (OfferExists,)

    def handle(self, call: Call, clinic_id: uuid.UUID, service_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        found = offer_service(
            call.actor,
            clinic_id=clinic_id,
            service_id=service_id,
            terms=cast(OfferFacts, call.body),
            is_conditional="If-Match" in call.request.headers,
            expected_version=call.expected_version,
            dry_run=call.query.get("dry_run", False),
        )
        return Reply(found)
