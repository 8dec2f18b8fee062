"""When a clinic is open. All times are wall minutes (0 to 1440) in the clinic's own zone (D25)."""

from django.db import models

from backend.clinics.enums import Weekday
from backend.clinics.models.places import Clinic
from backend.common.constraints import dates_in_order, minutes_of_a_day, one_of, weekly_hours_do_not_overlap
from backend.common.models import VersionedRow


class OpeningHours(VersionedRow):
    """One weekly span of a clinic, from `valid_from` to `valid_until` inclusive (absent: until further notice)."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    from_minute = models.PositiveSmallIntegerField()
    until_minute = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("weekday", Weekday.values, name="opening_hours_weekday_is_known"),
            minutes_of_a_day(name="opening_hours_are_of_a_day"),
            dates_in_order("valid_from", "valid_until", name="opening_hours_dates_in_order"),
            weekly_hours_do_not_overlap("clinic", name="opening_hours_do_not_overlap"),
        ]


class Closure(VersionedRow):
    """The clinic is shut on each date from `first_date` to `last_date`, between the two wall minutes."""

    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="closures")
    first_date = models.DateField()
    last_date = models.DateField()
    from_minute = models.PositiveSmallIntegerField(default=0)
    until_minute = models.PositiveSmallIntegerField(default=1440)
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            minutes_of_a_day(name="closure_is_of_a_day"),
            dates_in_order("first_date", "last_date", name="closure_dates_in_order"),
        ]
        indexes = [models.Index(fields=["clinic", "last_date"], name="closure_by_clinic")]
