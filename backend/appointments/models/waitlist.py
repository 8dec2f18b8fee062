"""Who waits for a time to become free, in which order, and what was offered."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Deferrable, Func, Q, Value

from backend.accounts.models import User
from backend.appointments.enums import LIVE_STATUSES, DayPart, OfferStatus, WaitlistStatus
from backend.appointments.models.appointment import Appointment
from backend.appointments.querysets import WaitlistEntryQuerySet, WaitlistOfferQuerySet
from backend.clinics.models import Clinic, Service
from backend.common.constraints import dates_in_order, one_of
from backend.common.models import Row
from backend.patients.models import Patient
from backend.practitioners.models import Practitioner

_LIVE = Q(status__in=[str(status) for status in LIVE_STATUSES])


class WaitlistEntry(Row):
    """A patient waits for a service. Empty weekdays, day parts or practitioners mean any.

    `gives_back` is a later visit that is let go when an offer is accepted. `missed_offers` counts offers in a row that
    nobody answered.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="waitlist_entries")
    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=WaitlistStatus, default=WaitlistStatus.WAITING)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)
    day_parts = ArrayField(models.CharField(max_length=10, choices=DayPart), default=list)
    gives_back = models.ForeignKey(Appointment, models.PROTECT, null=True, related_name="+")
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    missed_offers = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = WaitlistEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "service"], condition=_LIVE, name="waitlist_entry_is_live_once"),
            one_of("status", WaitlistStatus.values, name="waitlist_entry_status_is_known"),
            models.CheckConstraint(
                condition=_LIVE & Q(ended_at__isnull=True) | ~_LIVE & Q(ended_at__isnull=False),
                name="waitlist_entry_ends_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=list(range(1, 8))), name="waitlist_weekdays_are_known"
            ),
            models.CheckConstraint(
                condition=Q(day_parts__contained_by=list(DayPart.values)), name="waitlist_day_parts_are_known"
            ),
        ]
        indexes = [models.Index(fields=["status"], condition=_LIVE, name="waitlist_entry_live")]


class WaitlistWindow(models.Model):
    """Local dates on which a visit would suit, both included."""

    entry = models.ForeignKey(WaitlistEntry, models.CASCADE, related_name="windows")
    first_date = models.DateField()
    last_date = models.DateField()

    class Meta:
        constraints = [dates_in_order("first_date", "last_date", name="waitlist_window_dates_in_order")]


class WaitlistPractitioner(models.Model):
    """One of the practitioners whom the patient would have."""

    entry = models.ForeignKey(WaitlistEntry, models.CASCADE, related_name="practitioners")
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "practitioner"], name="waitlist_practitioner_is_named_once")
        ]


class WaitlistPlace(models.Model):
    """An entry's place in the queue of one clinic. Lower ranks are served first; each rank is had once, and new ones
    come last. The desk moves an entry by dealing out the ranks of the queue anew.
    """

    entry = models.ForeignKey(WaitlistEntry, models.CASCADE, related_name="places", db_index=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+", db_index=False)
    rank = models.BigIntegerField(db_default=Func(Value("waitlist_rank"), function="nextval"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "clinic"], name="waitlist_place_is_had_once"),
            # Deferrable, so that ranks change hands in one statement.
            models.UniqueConstraint(fields=["rank"], deferrable=Deferrable.IMMEDIATE, name="waitlist_rank_is_had_once"),
        ]
        indexes = [models.Index(fields=["clinic", "rank"], name="waitlist_queue")]


class WaitlistOffer(Row):
    """A time that was offered to an entry. `hold` keeps it meanwhile, and is the visit once it is accepted.

    Start, clinic and practitioner are copies: the visit may move, the offer was what it was.
    """

    entry = models.ForeignKey(WaitlistEntry, models.PROTECT, related_name="offers")
    hold = models.ForeignKey(Appointment, models.PROTECT, related_name="+", db_index=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="+", db_index=False)
    starts_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=OfferStatus, default=OfferStatus.OPEN)
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)

    objects: ClassVar[Any] = WaitlistOfferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(status="open"), name="waitlist_entry_has_one_open_offer"
            ),
            models.UniqueConstraint(fields=["hold"], name="waitlist_hold_is_offered_once"),
            models.UniqueConstraint(
                fields=["entry", "clinic", "starts_at"], name="waitlist_start_is_offered_once_to_an_entry"
            ),
            one_of("status", OfferStatus.values, name="waitlist_offer_status_is_known"),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True) | ~Q(status="open") & Q(closed_at__isnull=False),
                name="waitlist_offer_closes_at_a_time",
            ),
        ]
