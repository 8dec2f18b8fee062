"""Who may act for a patient, how far and until when (D2)."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower

from backend.accounts.models import User
from backend.common.constraints import dates_in_order, one_of
from backend.common.models import Row, VersionedRow
from backend.patients.enums import GuardianScope, GuardianshipEnd, Relationship
from backend.patients.family_querysets import GuardianshipQuerySet
from backend.patients.models.people import Patient


def _scope() -> "models.CharField[str, str]":
    return models.CharField(max_length=20, choices=GuardianScope)


def _scopes_are_known(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(scopes__contained_by=GuardianScope.values) & ~Q(scopes=[]),
        name=name,
    )


class Guardianship(VersionedRow):
    """A user acts for a patient, from `starts_on` to `ends_on` inclusive, unless it ended before.

    Who began it while the patient was a minor loses it on the day the patient comes of age, whatever `ends_on` says:
    the database's `guardianship_last_day` knows. `proof` is what the desk was shown.
    """

    guardian = models.ForeignKey(User, models.CASCADE, related_name="guardianships")
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="guardianships")
    relationship = models.CharField(max_length=20, choices=Relationship)
    scopes = ArrayField(_scope(), db_default=GuardianScope.values)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    proof = models.CharField(max_length=500, default="", blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=GuardianshipEnd, default=GuardianshipEnd.NONE)

    objects: Any = GuardianshipQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="guardianship_is_entered_once",
                expressions=[
                    ("guardian", RangeOperators.EQUAL),
                    ("patient", RangeOperators.EQUAL),
                    (Func(F("starts_on"), F("ends_on"), Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(ended_at__isnull=True),
            ),
            one_of("relationship", Relationship.values, name="guardianship_relationship_is_known"),
            dates_in_order("starts_on", "ends_on", name="guardianship_dates_in_order"),
            _scopes_are_known("guardianship_scopes_are_known"),
            one_of("end_reason", GuardianshipEnd.values, name="guardianship_end_is_known"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="none")
                | Q(ended_at__isnull=False) & ~Q(end_reason="none"),
                name="guardianship_end_has_a_reason",
            ),
        ]


class GuardianInvitation(Row):
    """Somebody was asked by mail to look after a patient. The secret of the link is `id`, signed, and stored nowhere.

    `spent_at` is when it was accepted, or overtaken; `expires_at` is real time, as for every secret.
    """

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="guardian_invitations")
    email = models.EmailField(max_length=254)
    relationship = models.CharField(max_length=20, choices=Relationship)
    scopes = ArrayField(_scope())
    ends_on = models.DateField(null=True, blank=True)
    proof = models.CharField(max_length=500, default="", blank=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="guardian_invitation_email_is_lower_case"),
            one_of("relationship", Relationship.values, name="guardian_invitation_relationship_is_known"),
            _scopes_are_known("guardian_invitation_scopes_are_known"),
        ]
