"""Who saw or changed what. Bare ids, no foreign keys: the record outlives its subject (R24)."""

from django.db import models
from django.db.models.functions import Now

from backend.common.ids import uuid7


class AuditEntry(models.Model):
    """One deed, written in the transaction of what it records (R26). A trigger refuses change and removal."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(db_default=Now())
    actor_id = models.UUIDField(null=True)
    session_id = models.UUIDField(null=True)
    action = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    patient_id = models.UUIDField(null=True)
    clinic_id = models.UUIDField(null=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(max_length=500, default="", blank=True)
    request_id = models.CharField(max_length=40, default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "at"], name="audit_by_subject"),
            models.Index(fields=["patient_id", "at"], name="audit_by_patient"),
        ]
