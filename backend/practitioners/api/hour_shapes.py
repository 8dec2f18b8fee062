"""When a practitioner works, as those who plan it write and read it."""

from backend.common.http import fields
from backend.common.http.changes import changes_of
from backend.common.http.serializers import StrictSerializer, VersionedSerializer
from backend.common.http.wall_times import WallTimeField


class WorkingHoursRequest(StrictSerializer):
    """Hours of one weekday at a clinic, on its wall clock. A break in the day makes two of them."""

    clinic_id = fields.UUIDField(help_text="A clinic where the practitioner works.")
    weekday = fields.IntegerField(min_value=1, max_value=7, help_text="Day of the week by ISO 8601: 1 is Monday.")
    from_time = WallTimeField(source="from_minute", help_text="Begins by the clinic's clock: `09:00`.")
    until_time = WallTimeField(
        source="until_minute", help_text="Ends the same day by the clinic's clock; `24:00` is midnight."
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


WorkingHoursChangesRequest = changes_of(WorkingHoursRequest, without=("clinic_id",))


class WorkingHours(WorkingHoursRequest, VersionedSerializer):
    """A weekly span of a practitioner's hours."""

    id = fields.UUIDField(help_text="This span; stays the same for good.")
    practitioner_id = fields.UUIDField(help_text="The practitioner who works then.")


class ExtraHoursRequest(StrictSerializer):
    """Hours on one date beyond the weekly ones."""

    clinic_id = fields.UUIDField(help_text="A clinic where the practitioner works.")
    date = fields.DateField(help_text="The local date on which they work more.")
    from_time = WallTimeField(source="from_minute", help_text="Begins by the clinic's clock: `17:00`.")
    until_time = WallTimeField(
        source="until_minute", help_text="Ends the same day by the clinic's clock; `24:00` is midnight."
    )


class ExtraHours(ExtraHoursRequest, VersionedSerializer):
    """Hours on one date beyond the weekly ones."""

    id = fields.UUIDField(help_text="These hours; they end when they are deleted.")
    practitioner_id = fields.UUIDField(help_text="The practitioner who works then.")


class TimeOffRequest(StrictSerializer):
    """Dates on which a practitioner is away, all day or between the two wall times of each date."""

    clinic_id = fields.UUIDField(
        required=False,
        default=None,
        allow_null=True,
        help_text="Away from this clinic alone; null: from all of them, by each one's clock.",
    )
    first_date = fields.DateField(help_text="First local date on which they are away.")
    last_date = fields.DateField(
        required=False, help_text="Last local date on which they are away; absent: the first is the only one."
    )
    from_time = WallTimeField(
        source="from_minute", required=False, default=0, help_text="Away from this wall time; `00:00` unless told."
    )
    until_time = WallTimeField(
        source="until_minute",
        required=False,
        default=24 * 60,
        help_text="Away until this wall time of the same date; `24:00` unless told.",
    )
    reason = fields.CharField(
        required=False, default="", allow_blank=True, max_length=200, help_text="Why, for colleagues; never public."
    )


TimeOffChangesRequest = changes_of(TimeOffRequest, without=("clinic_id",))


class TimeOff(TimeOffRequest, VersionedSerializer):
    """Time off of a practitioner."""

    id = fields.UUIDField(help_text="This time off; stays the same for good.")
    practitioner_id = fields.UUIDField(help_text="The practitioner who is away.")
