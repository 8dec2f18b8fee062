"""What was done in a session, in the words of who did it (D12)."""

from typing import Any

from django.db import models
from django.db.models import F, Func, Q

from backend.accounts.models import User
from backend.appointments.models import Appointment
from backend.care.enums import RecordStatus
from backend.care.querysets import SessionRecordQuerySet
from backend.common.constraints import one_of
from backend.common.models import Row, VersionedRow

_SCALES = ("pain_before", "pain_after", "function_score")
_ARE_SOUND = Func(F("muscles"), function="session_muscles_are_sound", output_field=models.BooleanField())


def name_of(user: User) -> str:
    """Given and family name, as colleagues know the person."""
    return f"{user.given_name} {user.family_name}"


class SessionRecord(VersionedRow):
    """The record of one visit. Absent values have not been entered yet; once signed none but `function_score` is.

    Scales run from 0 to 10: pain from none to the worst, function from unable to as well as ever. `muscles` are
    `{"name", "twitch_obtained"}`. A trigger refuses to change a signed row without an amendment that keeps what it
    said, and one refuses a record of a visit that does not take place.
    """

    appointment = models.OneToOneField(Appointment, models.PROTECT, related_name="session_record")
    status = models.CharField(max_length=10, choices=RecordStatus, default=RecordStatus.DRAFT)
    is_sterilised = models.BooleanField(null=True)
    muscles = models.JSONField(default=list)
    needles_in = models.PositiveSmallIntegerField(null=True)
    needles_out = models.PositiveSmallIntegerField(null=True)
    pain_before = models.PositiveSmallIntegerField(null=True)
    pain_after = models.PositiveSmallIntegerField(null=True)
    function_score = models.PositiveSmallIntegerField(null=True)
    note = models.TextField(max_length=4000, default="", blank=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    amendment_count = models.PositiveSmallIntegerField(default=0)

    objects: Any = SessionRecordQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("status", RecordStatus.values, name="session_record_status_is_known"),
            *(
                models.CheckConstraint(condition=Q(**{f"{scale}__lte": 10}), name=f"session_record_{scale}_is_to_ten")
                for scale in _SCALES
            ),
            models.CheckConstraint(condition=_ARE_SOUND, name="session_record_muscles_are_named"),
            models.CheckConstraint(
                condition=Q(status=RecordStatus.DRAFT, signed_at__isnull=True, signed_by__isnull=True)
                | Q(status=RecordStatus.SIGNED, signed_at__isnull=False, signed_by__isnull=False),
                name="session_record_is_signed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status=RecordStatus.DRAFT)
                | Q(
                    is_sterilised__isnull=False,
                    needles_in__isnull=False,
                    needles_out__isnull=False,
                    pain_before__isnull=False,
                    pain_after__isnull=False,
                )
                & ~Q(muscles=[]),
                name="session_record_is_whole_when_signed",
            ),
            models.CheckConstraint(
                condition=Q(status=RecordStatus.DRAFT) | Q(needles_in=F("needles_out")),
                name="session_record_leaves_no_needle",
            ),
        ]

    @property
    def signed_by_name(self) -> str | None:
        """The name of who signed it, if somebody did."""
        return name_of(self.signed_by) if self.signed_by else None


class SessionRecordAmendment(Row):
    """That a signed record was changed: what it said `before`, by whom and why. Append-only by trigger."""

    record = models.ForeignKey(SessionRecord, models.PROTECT, related_name="amendments", db_index=False)
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=500)
    before = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="session_record_amendment_is_counted_once")
        ]

    @property
    def by_name(self) -> str:
        """The name of who amended it."""
        return name_of(self.by)
