"""Offering a service at a clinic, on its terms."""

import uuid

from backend.clinics.actions._write import add, change, lock
from backend.clinics.consequences import Outcome, Scope, changing
from backend.clinics.errors import OfferExists
from backend.clinics.facts import OfferFacts
from backend.clinics.models import Clinic, ClinicService
from backend.clinics.queries.setup import get_clinic_for, get_service
from backend.common.access import Actor
from backend.common.errors import EtagMismatch, NotFound


def offer_service(
    actor: Actor,
    *,
    clinic_id: uuid.UUID,
    service_id: uuid.UUID,
    terms: OfferFacts,
    is_conditional: bool,
    expected_version: int | None,
    dry_run: bool = False,
) -> Outcome[ClinicService]:
    """Make the offer be so, whether or not there was one (R9); `is_active` false withdraws it.

    `is_conditional`: the caller says which state this replaces, by `expected_version` or, with None, any. Raises
    NotFound, PermissionDenied, EtagMismatch, and OfferExists for what would be replaced unseen.
    """
    clinic, service = get_clinic_for(actor, clinic_id), get_service(service_id)
    if not service.is_active:
        raise NotFound
    with changing(Scope(clinic_ids=frozenset({clinic_id})), dry_run=dry_run) as broken:
        # One offer after another: two callers who both find none would both make one.
        Clinic.objects.select_for_update(no_key=True).get(pk=clinic_id)
        offer = ClinicService.objects.filter(clinic=clinic, service=service).first()
        if offer is None:
            if is_conditional:
                raise EtagMismatch
            offer = add(actor, ClinicService(clinic=clinic, service=service, **terms))
        elif not is_conditional:
            raise OfferExists
        else:
            offer = lock(offer, expected_version)
            change(actor, offer, terms)
    offer.service = service
    return Outcome(offer, broken.affected)
