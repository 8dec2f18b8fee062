"""Copies that were asked for; what goes when; merges of duplicate patients, and exactly which rows they touched."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from backend.accounts.models import User
from backend.care.models.session_record import name_of
from backend.common.constraints import one_of
from backend.common.models import Row, VersionedRow
from backend.patients.models import Patient
from backend.privacy.enums import OPEN_MERGES, MergeDeed, MergeStatus, RecordClass
from backend.privacy.querysets import ExportQuerySet, PatientMergeQuerySet


class Export(Row):
    """A copy of what is kept about a patient. The archive is there until it is fetched, a day at most."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="+")
    archive = models.BinaryField(null=True)
    ready_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    objects: ClassVar[Any] = ExportQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="export_by_end")]


class Destruction(Row):
    """That records of one class of a closed account go from `due_date` on, by which rule, and when it was done.

    Bare ids: it outlives what it speaks of. Nothing goes while it is held, for a court or a complaint, say. The
    database refuses to forget what was written for good unless one of these is due.
    """

    user_id = models.UUIDField()
    patient_id = models.UUIDField(null=True)
    record_class = models.CharField(max_length=20, choices=RecordClass)
    closed_on = models.DateField()
    due_date = models.DateField()
    rule = models.CharField(max_length=300)
    held_until = models.DateField(null=True)
    held_reason = models.CharField(max_length=500, default="", blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user_id", "record_class"], name="destruction_is_planned_once"),
            one_of("record_class", RecordClass.values, name="destruction_class_is_known"),
            models.CheckConstraint(
                condition=Q(held_until__isnull=True, held_reason="") | Q(held_until__isnull=False) & ~Q(held_reason=""),
                name="destruction_is_held_for_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["due_date"], condition=Q(done_at=None), name="destruction_due")]

    @property
    def kind(self) -> RecordClass:
        """The class of records."""
        return RecordClass(self.record_class)


def _by() -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)


def _stamped(**present: bool) -> Q:
    """Each of these was done by somebody at a time, or by nobody."""
    checks = {f"{name}_{part}__isnull": not there for name, there in present.items() for part in ("at", "by")}
    return Q(**checks)


class PatientMerge(VersionedRow):
    """That the `duplicate` is the same person as the `survivor`, who keeps the rows of both.

    Proposed by one person with a reason and approved by another; so is its reversal. `merged_at` is also the instant
    with which the rows that it ended are stamped.
    """

    survivor = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    duplicate = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    status = models.CharField(max_length=20, choices=MergeStatus, default=MergeStatus.PROPOSED)
    reason = models.CharField(max_length=500)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    declined_at = models.DateTimeField(null=True)
    declined_by = _by()
    merged_at = models.DateTimeField(null=True)
    merged_by = _by()
    reversal_reason = models.CharField(max_length=500, default="", blank=True)
    reversal_proposed_at = models.DateTimeField(null=True)
    reversal_proposed_by = _by()
    reversed_at = models.DateTimeField(null=True)
    reversed_by = _by()

    objects: Any = PatientMergeQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("status", MergeStatus.values, name="patient_merge_status_is_known"),
            models.CheckConstraint(condition=~Q(survivor=F("duplicate")), name="patient_merge_is_of_two"),
            models.CheckConstraint(
                condition=Q(merged_by__isnull=True) | ~Q(merged_by=F("proposed_by")),
                name="patient_merge_is_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(reversed_by__isnull=True) | ~Q(reversed_by=F("reversal_proposed_by")),
                name="patient_merge_is_reversed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(status=MergeStatus.PROPOSED)
                & _stamped(declined=False, merged=False, reversal_proposed=False, reversed=False)
                | Q(status=MergeStatus.DECLINED)
                & _stamped(declined=True, merged=False, reversal_proposed=False, reversed=False)
                | Q(status=MergeStatus.MERGED)
                & _stamped(declined=False, merged=True, reversal_proposed=False, reversed=False)
                | Q(status=MergeStatus.REVERSAL_PROPOSED)
                & _stamped(declined=False, merged=True, reversal_proposed=True, reversed=False)
                | Q(status=MergeStatus.REVERSED)
                & _stamped(declined=False, merged=True, reversal_proposed=True, reversed=True),
                name="patient_merge_is_stamped",
            ),
            models.UniqueConstraint(
                fields=["duplicate"],
                condition=Q(status__in=[str(status) for status in OPEN_MERGES]),
                name="patient_merge_is_open_once",
            ),
        ]

    @property
    def proposed_by_name(self) -> str:
        """The name of who proposed it."""
        return name_of(self.proposed_by)

    @property
    def declined_by_name(self) -> str | None:
        """The name of who declined it, if somebody did."""
        return name_of(self.declined_by) if self.declined_by else None

    @property
    def merged_by_name(self) -> str | None:
        """The name of who approved it, if somebody did."""
        return name_of(self.merged_by) if self.merged_by else None

    @property
    def reversal_proposed_by_name(self) -> str | None:
        """The name of who proposed to take it back, if somebody did."""
        return name_of(self.reversal_proposed_by) if self.reversal_proposed_by else None

    @property
    def reversed_by_name(self) -> str | None:
        """The name of who approved that, if somebody did."""
        return name_of(self.reversed_by) if self.reversed_by else None


class MergedRow(Row):
    """What a merge did to one row of `table`, as the model is labelled (`appointments.appointment`)."""

    merge = models.ForeignKey(PatientMerge, models.PROTECT, related_name="rows", db_index=False)
    table = models.CharField(max_length=60)
    row_id = models.UUIDField()
    deed = models.CharField(max_length=10, choices=MergeDeed)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merge", "table", "row_id", "deed"], name="merged_row_is_kept_once"),
            one_of("deed", MergeDeed.values, name="merged_row_deed_is_known"),
        ]
