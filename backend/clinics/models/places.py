"""The chain, its clinics and their rooms."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from phonenumber_field.modelfields import PhoneNumberField

from backend.clinics.enums import ColdOrHeat, Province, RoomKind
from backend.common.constraints import one_of, unique_if_present
from backend.common.imports.rows import ImportedRow
from backend.common.models import VersionedRow

SLUG = RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$")


class Organisation(VersionedRow):
    """The chain this deployment serves: exactly one row (D1)."""

    only_row = models.BooleanField(default=True, editable=False)
    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3, default="CAD")
    requires_second_factor = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["only_row"], name="organisation_is_one_row"),
            models.CheckConstraint(condition=Q(only_row=True), name="organisation_only_row_is_true"),
        ]

    def __str__(self) -> str:
        return self.name


class Clinic(ImportedRow):
    """A place with an address, a clock on its wall (`timezone`, IANA) and a policy of its own (D1)."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="clinics")
    slug = models.CharField(max_length=60, validators=[SLUG])
    name = models.CharField(max_length=120)
    street = models.CharField(max_length=200)
    city = models.CharField(max_length=100)
    province = models.CharField(max_length=2, choices=Province)
    postal_code = models.CharField(max_length=10)
    latitude = models.DecimalField(max_digits=8, decimal_places=6)
    longitude = models.DecimalField(max_digits=9, decimal_places=6)
    timezone = models.CharField(max_length=40)
    phone = PhoneNumberField()
    email = models.EmailField(max_length=254)
    is_active = models.BooleanField(default=True)

    # The policy. A ClinicService may override what it repeats (R9); a visit keeps the copy it was booked under.
    is_online_booking_on = models.BooleanField(default=True)
    notice_minutes = models.PositiveIntegerField(default=120)
    horizon_days = models.PositiveSmallIntegerField(default=182)
    free_cancellation_minutes = models.PositiveIntegerField(default=24 * 60)
    late_cancellation_fee_percent = models.PositiveSmallIntegerField(default=50)
    no_show_fee_percent = models.PositiveSmallIntegerField(default=100)
    # How often patients may move a visit themselves, and how many days beyond the date it was first booked for.
    reschedule_limit = models.PositiveSmallIntegerField(default=3, db_default=3)
    reschedule_within_days = models.PositiveSmallIntegerField(default=60, db_default=60)
    # The rule `desk_must_book`; null: never.
    desk_books_after_no_shows = models.PositiveSmallIntegerField(null=True, blank=True)
    # What patients are told to use after needles (D20); once chosen it may change, but is never undecided again.
    cold_or_heat = models.CharField(
        max_length=10, choices=ColdOrHeat, default=ColdOrHeat.UNDECIDED, db_default=ColdOrHeat.UNDECIDED
    )

    class Meta:
        constraints = [
            unique_if_present("external_ref", name="clinic_external_ref_is_unique"),
            models.UniqueConstraint(fields=["slug"], name="clinic_slug_is_unique"),
            one_of("province", Province.values, name="clinic_province_is_known"),
            models.CheckConstraint(
                condition=Q(latitude__range=(-90, 90), longitude__range=(-180, 180)), name="clinic_is_on_earth"
            ),
            models.CheckConstraint(
                condition=Q(late_cancellation_fee_percent__lte=100, no_show_fee_percent__lte=100),
                name="clinic_fees_are_shares_of_the_price",
            ),
            one_of("cold_or_heat", ColdOrHeat.values, name="clinic_cold_or_heat_is_known"),
            models.CheckConstraint(condition=Q(horizon_days__range=(1, 730)), name="clinic_horizon_is_sane"),
            models.CheckConstraint(
                condition=Q(reschedule_limit__lte=100, reschedule_within_days__lte=730),
                name="clinic_reschedule_limits_are_sane",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Room(VersionedRow):
    """A room that one visit can occupy at a time."""

    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="rooms")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=RoomKind)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "name"], name="room_name_is_unique_in_its_clinic"),
            one_of("kind", RoomKind.values, name="room_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.name
