"""What clinics offer, on which terms."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from backend.clinics.models import ClinicService


@dataclass(frozen=True, slots=True)
class Offer:
    """A service at a clinic. What the row leaves open is as the service or the clinic's policy has it (R9)."""

    row: ClinicService

    @property
    def price_minor(self) -> int:
        """The price at this clinic, in cents."""
        return self.row.service.price_minor if self.row.price_minor is None else self.row.price_minor

    @property
    def tax_basis_points(self) -> int:
        """The tax at this clinic, in hundredths of a percent."""
        own = self.row.tax_basis_points
        return self.row.service.tax_basis_points if own is None else own

    @property
    def is_online_booking_on(self) -> bool:
        """Whether patients may book it themselves: the clinic's own switch stands above the offer's."""
        return self.row.clinic.is_online_booking_on and self.row.is_online_booking_on is not False

    @property
    def notice_minutes(self) -> int:
        """How long before its start a visit must be booked."""
        own = self.row.notice_minutes
        return self.row.clinic.notice_minutes if own is None else own

    @property
    def horizon_days(self) -> int:
        """How many days ahead visits can be booked."""
        own = self.row.horizon_days
        return self.row.clinic.horizon_days if own is None else own

    @property
    def free_cancellation_minutes(self) -> int:
        """Up to how long before its start a visit is cancelled for nothing."""
        own = self.row.free_cancellation_minutes
        return self.row.clinic.free_cancellation_minutes if own is None else own


def offers_at(clinic_ids: Sequence[uuid.UUID]) -> list[Offer]:
    """What the clinics offer now, by code, in one statement."""
    rows = ClinicService.objects.filter(clinic__in=clinic_ids, is_active=True, service__is_active=True)
    rows = rows.select_related("service", "clinic__organisation")
    return [Offer(row) for row in rows.order_by("service__code", "clinic_id")]
