"""Practitioners as the public sees them: active ones, where they give what, and what they have proved."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from backend.clinics.models import Clinic, ClinicService
from backend.clinics.queries.references import service_is
from backend.common import clock
from backend.common.errors import NotFound
from backend.common.walltime import local_date_of, minute_of, zone
from backend.practitioners.enums import CredentialStatus
from backend.practitioners.models import Credential, Offering, Practitioner, WorkingHours


@dataclass(frozen=True, slots=True)
class Workplace:
    """A clinic where a practitioner gives services; weekly hours are for the profile, lists leave them empty."""

    clinic: Clinic
    service_ids: Sequence[uuid.UUID]
    weekly_hours: Sequence[WorkingHours] = ()


@dataclass(frozen=True, slots=True)
class SeenPractitioner:
    """A practitioner in public; credentials are for the profile, lists leave them empty."""

    row: Practitioner
    clinics: Sequence[Workplace]
    credentials: Sequence[Credential] = ()

    @property
    def version(self) -> int:
        """The version of the practitioner's own row."""
        return self.row.version


def find_practitioners(
    *, clinic_ids: Sequence[uuid.UUID] = (), service: str | None = None, language: str | None = None
) -> QuerySet[Practitioner]:
    """Active practitioners; narrowed to those who give `service` (id or code), at one of the clinics, or speak a
    language. Together: give that service at one of those clinics."""
    narrowing = Q(practitioner=OuterRef("pk"))
    if clinic_ids:
        narrowing &= Q(clinic__in=clinic_ids)
    if service is not None:
        narrowing &= service_is(service, path="service__")
    people = Practitioner.objects.filter(is_active=True)
    if clinic_ids or service is not None:
        people = people.filter(Exists(_live_offerings().filter(narrowing)))
    if language is not None:
        people = people.filter(languages__contains=[language])
    offerings = _live_offerings().select_related("clinic").order_by("clinic__name", "clinic_id", "service__code")
    return people.prefetch_related(Prefetch("offerings", offerings))


def _live_offerings() -> QuerySet[Offering]:
    """Offerings of services that are still given, at clinics that are open and still offer them (R9)."""
    offered = ClinicService.objects.filter(clinic=OuterRef("clinic"), service=OuterRef("service"), is_active=True)
    return Offering.objects.filter(Exists(offered), clinic__is_active=True, service__is_active=True)


def describe(people: Sequence[Practitioner]) -> list[SeenPractitioner]:
    """Practitioners found by `find_practitioners`, as lists show them; no further statement."""
    return [SeenPractitioner(row, _workplaces(row)) for row in people]


def _workplaces(practitioner: Practitioner) -> list[Workplace]:
    by_clinic = groupby(practitioner.offerings.all(), key=attrgetter("clinic"))
    return [Workplace(clinic, [one.service_id for one in offerings]) for clinic, offerings in by_clinic]


def get_practitioner(practitioner_id: uuid.UUID) -> SeenPractitioner:
    """An active practitioner's profile, in five statements. Raises NotFound."""
    practitioner = find_practitioners().filter(pk=practitioner_id).first()
    if practitioner is None:
        raise NotFound
    (seen,) = describe([practitioner])
    minute = minute_of(clock.now())
    # Where the clocks of two clinics differ, the earlier date keeps a proof that is still good at one of them.
    today = min((local_date_of(minute, zone(place.clinic.timezone)) for place in seen.clinics), default=None)
    today = today or local_date_of(minute, zone("UTC"))
    hours = list(practitioner.working_hours.exclude(valid_until__lt=today).order_by("weekday", "from_minute"))
    credentials = practitioner.credentials.filter(
        Q(valid_until__gte=today) | Q(valid_until=None), status=CredentialStatus.VERIFIED, valid_from__lte=today
    )
    return replace(
        seen,
        clinics=[
            replace(place, weekly_hours=[one for one in hours if one.clinic_id == place.clinic.pk])
            for place in seen.clinics
        ],
        credentials=list(credentials.order_by("kind", "jurisdiction", F("valid_until").asc(nulls_last=True), "id")),
    )


def practitioners_by_clinic(clinic_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, Sequence[Practitioner]]:
    """The active practitioners of each clinic by name, in one statement."""
    offerings = _live_offerings().filter(clinic__in=clinic_ids, practitioner__is_active=True)
    by_name = ("practitioner__family_name", "practitioner__given_name", "practitioner_id")
    pairs = offerings.select_related("practitioner").order_by("clinic_id", *by_name).distinct("clinic_id", *by_name)
    return {
        clinic_id: [one.practitioner for one in found] for clinic_id, found in groupby(pairs, attrgetter("clinic_id"))
    }
