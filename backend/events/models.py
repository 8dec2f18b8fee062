"""The one log of what happened in the domain."""

from django.db import models
from django.db.models import F, Func
from django.db.models.functions import Now

from backend.common.ids import uuid7

# The id of the writing transaction, so that readers can stop below those still running (R25).
CURRENT_TRANSACTION = Func(template="(pg_current_xact_id()::text::bigint)", output_field=models.BigIntegerField())


class DomainEvent(models.Model):
    """A fact, past tense, ids only and never health data (D11). Append-only by trigger.

    `position` orders the feed; `transaction_id` lets a reader skip nothing that a slow transaction will still add.
    """

    position = models.BigAutoField(primary_key=True)
    id = models.UUIDField(default=uuid7, editable=False)
    type = models.CharField(max_length=80)
    occurred_at = models.DateTimeField(db_default=Now())
    transaction_id = models.BigIntegerField(db_default=CURRENT_TRANSACTION)
    clinic_id = models.UUIDField(null=True)
    subject_id = models.UUIDField()
    payload = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(F("id"), name="domain_event_id_is_unique")]
        indexes = [models.Index(fields=["clinic_id", "position"], name="domain_event_feed")]


class Delivery(models.Model):
    """That a subscriber has dealt with an event: written with what it did, so that it does it once."""

    event_id = models.UUIDField()
    subscriber = models.CharField(max_length=80)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event_id", "subscriber"], name="delivery_happens_once")]
        indexes = [models.Index(fields=["at"], name="delivery_age")]
