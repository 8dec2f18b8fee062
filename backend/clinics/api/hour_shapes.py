"""Opening hours and closures, as those who manage a clinic write and read them."""

from backend.clinics.enums import Province
from backend.common.http import fields
from backend.common.http.affected import affected_appointments
from backend.common.http.changes import changes_of
from backend.common.http.serializers import StrictSerializer, VersionedSerializer, list_of
from backend.common.http.wall_times import WallTimeField


class OpeningHoursRequest(StrictSerializer):
    """Hours of one weekday, on the clinic's wall clock. A break in the day makes two of them."""

    weekday = fields.IntegerField(min_value=1, max_value=7, help_text="Day of the week by ISO 8601: 1 is Monday.")
    from_time = WallTimeField(source="from_minute", help_text="When it opens, by its own clock: `09:00`.")
    until_time = WallTimeField(
        source="until_minute", help_text="When it closes, the same day, by its own clock; `24:00` is midnight."
    )
    valid_from = fields.DateField(
        required=False, help_text="First local date on which these hours hold; absent: today there."
    )
    valid_until = fields.DateField(
        required=False,
        default=None,
        allow_null=True,
        help_text="Last local date on which they hold; null: until further notice.",
    )


OpeningHoursChangesRequest = changes_of(OpeningHoursRequest)


class OpeningHours(OpeningHoursRequest, VersionedSerializer):
    """A weekly span of a clinic's opening hours."""

    id = fields.UUIDField(help_text="This span; stays the same for good.")
    clinic_id = fields.UUIDField(help_text="The clinic that is open then.")


class ClosureRequest(StrictSerializer):
    """Dates on which a clinic is shut, all day or between the two wall times of each date."""

    first_date = fields.DateField(help_text="First local date on which the clinic is shut.")
    last_date = fields.DateField(
        required=False, help_text="Last local date on which it is shut; absent: the first is the only one."
    )
    from_time = WallTimeField(
        source="from_minute", required=False, default=0, help_text="Shut from this wall time; `00:00` unless told."
    )
    until_time = WallTimeField(
        source="until_minute",
        required=False,
        default=24 * 60,
        help_text="Shut until this wall time of the same date; `24:00` unless told.",
    )
    reason = fields.CharField(max_length=200, help_text="Why it is shut, in words that patients may read.")


ClosureChangesRequest = changes_of(ClosureRequest)


class Closure(ClosureRequest, VersionedSerializer):
    """A closure of a clinic."""

    id = fields.UUIDField(help_text="This closure; stays the same for good.")
    clinic_id = fields.UUIDField(help_text="The clinic that is shut then.")


class ProvinceClosureRequest(StrictSerializer):
    """The holidays of a province."""

    province = fields.ChoiceField(Province, help_text="All active clinics of this province that the caller manages.")
    dates = fields.ListField(
        child=fields.DateField(), min_length=1, max_length=60, help_text="The local dates on which they are shut."
    )
    reason = fields.CharField(max_length=200, help_text="Why they are shut, in words that patients may read.")


class ProvinceClosures(StrictSerializer):
    """The closures that were made, and the booked visits that they break."""

    closures = list_of(
        Closure,
        source="row",
        max_length=10_000,
        help_text="One for each clinic and date, by date; none where a clinic was shut all of that day already.",
    )
    affected_appointments = affected_appointments()
