"""Who saw or changed what. Bare ids, no foreign keys: the record outlives its subject (R24)."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from backend.audit.enums import Purpose
from backend.audit.querysets import AuditQuerySet
from backend.common.ids import uuid7


class AuditEntry(models.Model):
    """One deed, written in the transaction of what it records (R26). A trigger refuses change and removal.

    `patient_ids` stands in place of `patient_id` where one reading showed several patients.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(db_default=Now())
    actor_id = models.UUIDField(null=True)
    session_id = models.UUIDField(null=True)
    action = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    patient_id = models.UUIDField(null=True)
    patient_ids = ArrayField(models.UUIDField(), null=True)
    clinic_id = models.UUIDField(null=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(max_length=500, default="", blank=True)
    purpose = models.CharField(max_length=20, choices=Purpose, default=Purpose.UNSTATED)
    request_id = models.CharField(max_length=40, default="", blank=True)

    objects: Any = AuditQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "at"], name="audit_by_subject"),
            models.Index(fields=["patient_id", "at"], name="audit_by_patient"),
            GinIndex(fields=["patient_ids"], condition=Q(patient_ids__isnull=False), name="audit_by_patients"),
            models.Index(fields=["actor_id", "at"], name="audit_by_actor"),
            models.Index(fields=["clinic_id", "at"], name="audit_by_clinic"),
            models.Index(fields=["action", "at"], name="audit_by_action"),
            models.Index(fields=["at", "id"], name="audit_by_time"),
        ]


class Unsealed(models.Model):
    """An entry that is in no seal yet. A trigger writes it with the entry, sealing removes it.

    So a transaction that commits late is sealed late, and never skipped.
    """

    entry_id = models.UUIDField(primary_key=True)


class Seal(models.Model):
    """A link of the chain over the log: the digests of some entries, and the hash of them and of the seal before.

    Numbered from 1 without gaps. `digests` holds 32 bytes for each of `entry_ids`, in their order. A trigger refuses
    change and removal.
    """

    id = models.BigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField(db_default=Now())
    entry_ids = ArrayField(models.UUIDField())
    digests = models.BinaryField()
    hash = models.BinaryField(max_length=32)
