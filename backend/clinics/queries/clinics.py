"""Clinics as the public sees them: active ones, near or far, with what they offer."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db.models import FloatField, IntegerField, Q, QuerySet, Value
from django.db.models.functions import ASin, Cast, Cos, Least, Power, Radians, Round, Sin, Sqrt

from backend.clinics.models import Clinic, ClinicService, Closure, OpeningHours
from backend.clinics.queries.expansions import WhoWorksThere, practitioners_of
from backend.clinics.queries.offers import Offer, offers_at
from backend.clinics.queries.references import service_is
from backend.common import clock
from backend.common.errors import NotFound
from backend.common.walltime import local_date_of, minute_of, promised, zone

EARTH_DIAMETER_METRES = 2 * 6_371_009
_SEARCHED = ("name", "street", "city", "postal_code")


class ClinicExpansion(StrEnum):
    """What can be put into a clinic beyond its own facts."""

    SERVICES = "services"
    PRACTITIONERS = "practitioners"


@dataclass(frozen=True, slots=True)
class SeenClinic:
    """A clinic at a moment. Hours and closures are for the detail; lists leave them empty."""

    row: Clinic
    now: datetime
    offers: Sequence[Offer] = ()
    practitioners: Sequence[WhoWorksThere] = ()
    opening_hours: Sequence[OpeningHours] = ()
    closures: Sequence[Closure] = ()

    @property
    def version(self) -> int:
        """The version of the clinic's own row."""
        return self.row.version

    @property
    def utc_offset(self) -> str:
        """How far the clinic's clock is from UTC now, `±hh:mm`."""
        return promised(self.now, zone(self.row.timezone)).utc_offset

    @property
    def distance_km(self) -> float | None:
        """As the crow flies from where the caller said, to a tenth; None when the caller did not say."""
        metres: int | None = getattr(self.row, "distance_metres", None)
        return None if metres is None else round(metres / 1000, 1)


def find_clinics(
    *, near: tuple[float, float] | None = None, service: str | None = None, q: str | None = None
) -> QuerySet[Clinic]:
    """Active clinics; `near` is latitude and longitude in degrees and adds `distance_metres`.

    `service` (id or code) keeps those that offer it, `q` those with every word in name or address.
    """
    clinics = Clinic.objects.filter(is_active=True).select_related("organisation")
    if service is not None:
        offers = ClinicService.objects.filter(service_is(service, path="service__"), is_active=True)
        clinics = clinics.filter(pk__in=offers.filter(service__is_active=True).values("clinic_id"))
    for word in (q or "").split():
        anywhere = Q(*((f"{column}__icontains", word) for column in _SEARCHED), _connector=Q.OR)
        clinics = clinics.filter(anywhere)
    return clinics.annotate(distance_metres=_distance_to(*near)) if near else clinics


def _distance_to(latitude: float, longitude: float) -> Cast:
    """The haversine formula: whole metres, so that cursors compare them exactly."""
    here, there = Radians(Value(latitude)), Radians(Cast("latitude", FloatField()))
    east = Radians(Cast("longitude", FloatField()) - Value(longitude))
    half_chord = Power(Sin((there - here) / 2), 2) + Cos(here) * Cos(there) * Power(Sin(east / 2), 2)
    # Rounding may lift the antipode's sine above one.
    metres = EARTH_DIAMETER_METRES * ASin(Least(Value(1.0), Sqrt(half_chord)))
    return Cast(Round(metres), IntegerField())


def describe(clinics: Sequence[Clinic], *, expand: Collection[ClinicExpansion] = ()) -> list[SeenClinic]:
    """Clinics as they are seen now, in at most three statements."""
    now, ids = clock.now(), [clinic.pk for clinic in clinics]
    offers = offers_at(ids) if ClinicExpansion.SERVICES in expand else []
    people = practitioners_of(ids) if ClinicExpansion.PRACTITIONERS in expand else {}
    return [
        SeenClinic(
            row=clinic,
            now=now,
            offers=[offer for offer in offers if offer.row.clinic_id == clinic.pk],
            practitioners=people.get(clinic.pk, ()),
        )
        for clinic in clinics
    ]


def get_clinic(clinic_id: uuid.UUID) -> SeenClinic:
    """An active clinic with everything a visitor may know, in six statements. Raises NotFound."""
    clinic = find_clinics().filter(pk=clinic_id).first()
    if clinic is None:
        raise NotFound
    (seen,) = describe([clinic], expand=tuple(ClinicExpansion))
    today = local_date_of(minute_of(seen.now), zone(clinic.timezone))
    hours = clinic.opening_hours.exclude(valid_until__lt=today).order_by("weekday", "from_minute", "valid_from")
    return replace(
        seen,
        opening_hours=list(hours),
        closures=list(clinic.closures.filter(last_date__gte=today).order_by("first_date", "from_minute")),
    )
