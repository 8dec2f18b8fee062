"""Tables of the kernel: nothing of the clinics' world lives here."""

from django.db import models
from django.db.models import Q

from backend.common.ids import uuid7


class Row(models.Model):
    """What every domain table shares: a UUIDv7 key and its birth and change by the database's clock."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(db_default=models.functions.Now(), editable=False)
    updated_at = models.DateTimeField(db_default=models.functions.Now(), editable=False)

    class Meta:
        abstract = True


class VersionedRow(Row):
    """A row that clients edit: `version` grows by one with each change and is what If-Match compares (R18)."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class ClockOffset(models.Model):
    """The sandbox's offset to the database clock, at most one row, refused in production (R12)."""

    id = models.BooleanField(primary_key=True, default=True)
    offset = models.DurationField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=True), name="clock_offset_is_one_row")]


class BudgetUse(models.Model):
    """How often somebody has used a budget in the window that ends then. Written by `common.budgets` alone."""

    key = models.CharField(max_length=200, primary_key=True)
    ends_at = models.DateTimeField()
    uses = models.PositiveIntegerField()


class IdempotencyReceipt(models.Model):
    """That a keyed request took effect: written in the transaction of the effect itself (R16).

    Holds the finished answer only where it carries no health data; else `resource_id`, to render it again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    caller_id = models.UUIDField()
    key = models.CharField(max_length=255)
    operation_id = models.CharField(max_length=80)
    fingerprint = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    resource_id = models.UUIDField(null=True)
    location = models.CharField(max_length=500, default="")
    etag = models.CharField(max_length=80, default="")
    body = models.BinaryField(null=True)
    created_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller_id", "key"], name="idempotency_key_is_used_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_receipt_age")]
