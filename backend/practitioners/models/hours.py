"""When a practitioner works. All times are wall minutes (0 to 1440) in the zone of the clinic (D3, D25)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func

from backend.clinics.enums import Weekday
from backend.clinics.models import Clinic
from backend.common.constraints import dates_in_order, minutes_of_a_day, one_of, weekly_hours_do_not_overlap
from backend.common.models import VersionedRow
from backend.practitioners.models.profile import Practitioner


class WorkingHours(VersionedRow):
    """One weekly span at one clinic. Spans of one practitioner never overlap, whatever the clinic.

    That none overlaps extra hours at another clinic is judged by the trigger `hours_are_at_one_clinic`.
    """

    practitioner = models.ForeignKey(Practitioner, models.CASCADE, related_name="working_hours")
    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="working_hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    from_minute = models.PositiveSmallIntegerField()
    until_minute = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            one_of("weekday", Weekday.values, name="working_hours_weekday_is_known"),
            minutes_of_a_day(name="working_hours_are_of_a_day"),
            dates_in_order("valid_from", "valid_until", name="working_hours_dates_in_order"),
            weekly_hours_do_not_overlap("practitioner", name="working_hours_do_not_overlap"),
        ]


class ExtraHours(VersionedRow):
    """Hours on one date beyond the weekly ones, of which they may repeat some at the same clinic, never at another."""

    practitioner = models.ForeignKey(Practitioner, models.CASCADE, related_name="extra_hours")
    clinic = models.ForeignKey(Clinic, models.CASCADE, related_name="extra_hours")
    date = models.DateField()
    from_minute = models.PositiveSmallIntegerField()
    until_minute = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            minutes_of_a_day(name="extra_hours_are_of_a_day"),
            ExclusionConstraint(
                name="extra_hours_are_at_one_clinic",
                expressions=[
                    ("practitioner", RangeOperators.EQUAL),
                    ("date", RangeOperators.EQUAL),
                    ("clinic", RangeOperators.NOT_EQUAL),
                    (Func(F("from_minute"), F("until_minute"), function="int4range"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["practitioner", "date"], name="extra_hours_by_practitioner")]


class TimeOff(VersionedRow):
    """Away on each date from `first_date` to `last_date`, between the two wall minutes; at every clinic if none is
    named, by each clinic's own clock."""

    practitioner = models.ForeignKey(Practitioner, models.CASCADE, related_name="time_off")
    clinic = models.ForeignKey(Clinic, models.CASCADE, null=True, blank=True, related_name="time_off")
    first_date = models.DateField()
    last_date = models.DateField()
    from_minute = models.PositiveSmallIntegerField(default=0)
    until_minute = models.PositiveSmallIntegerField(default=1440)
    reason = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            minutes_of_a_day(name="time_off_is_of_a_day"),
            dates_in_order("first_date", "last_date", name="time_off_dates_in_order"),
        ]
        indexes = [models.Index(fields=["practitioner", "last_date"], name="time_off_by_practitioner")]
