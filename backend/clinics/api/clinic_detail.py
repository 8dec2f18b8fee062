"""One clinic, in full."""

from backend.clinics.api.clinic_shapes import Clinic
from backend.common.http import fields
from backend.common.http.serializers import StrictSerializer, list_of
from backend.common.http.wall_times import WallTimeField


class OpeningSpan(StrictSerializer):
    """Hours of one weekday, on the clinic's wall clock. A break in the day makes two of them."""

    weekday = fields.IntegerField(min_value=1, max_value=7, help_text="Day of the week by ISO 8601: 1 is Monday.")
    from_time = WallTimeField(source="from_minute", help_text="Opens at this wall time, `hh:mm`.")
    until_time = WallTimeField(source="until_minute", help_text="Closes at this wall time; `24:00` is midnight.")
    valid_from = fields.DateField(help_text="First local date on which these hours hold.")
    valid_until = fields.DateField(allow_null=True, help_text="Last local date on which they hold; null: no end known.")


class ClosedDays(StrictSerializer):
    """Dates on which a clinic is shut: all day, or between the two wall minutes of each date."""

    first_date = fields.DateField(help_text="First local date on which the clinic is shut.")
    last_date = fields.DateField(help_text="Last local date on which the clinic is shut.")
    from_time = WallTimeField(
        source="from_minute", help_text="Shut from this wall time of each date; `00:00` is its begin."
    )
    until_time = WallTimeField(
        source="until_minute", help_text="Shut until this wall time of each date; `24:00` is its end."
    )
    reason = fields.CharField(max_length=200, help_text="Why the clinic is shut, as its staff wrote it.")


class BookingPolicy(StrictSerializer):
    """How visits are booked and cancelled at a clinic. A visit keeps the policy it was booked under."""

    notice_minutes = fields.IntegerField(min_value=0, help_text="How long before its start a visit must be booked.")
    horizon_days = fields.IntegerField(
        min_value=1, max_value=730, help_text="How many days ahead visits can be booked."
    )
    free_cancellation_minutes = fields.IntegerField(
        min_value=0, help_text="Cancelling costs nothing up to this many minutes before the start."
    )
    late_cancellation_fee_percent = fields.IntegerField(
        min_value=0, max_value=100, help_text="The share of the price that a later cancellation costs."
    )
    no_show_fee_percent = fields.IntegerField(
        min_value=0, max_value=100, help_text="The share of the price that a missed visit costs."
    )
    reschedule_limit = fields.IntegerField(
        min_value=0, max_value=100, help_text="How often patients may move one visit themselves."
    )
    reschedule_within_days = fields.IntegerField(
        min_value=0, max_value=730, help_text="Up to how many days after its first date patients may move a visit."
    )


class ClinicDetail(Clinic):
    """A clinic with its hours, closures ahead and policy; services and practitioners are always there."""

    opening_hours = list_of(
        OpeningSpan, max_length=1000, help_text="Weekly hours that hold now or will, by weekday and time."
    )
    closures = list_of(ClosedDays, max_length=1000, help_text="Closures that are not over yet, the next one first.")
    policy = BookingPolicy(source="row", help_text="How visits are booked and cancelled there; a service may differ.")
