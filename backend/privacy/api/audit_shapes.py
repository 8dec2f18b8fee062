"""The audit log in answers."""

from django.core.validators import RegexValidator

from backend.audit.enums import Purpose
from backend.common.http import fields
from backend.common.http.serializers import PageQuery, StrictSerializer, list_of
from backend.privacy.enums import AccessKind, AccessParty

ACTION = RegexValidator(r"^[a-z][a-z_]*[.][a-z][a-z_]*$")


class AuditEventQuery(PageQuery):
    """Which entries to list; filters narrow."""

    actor = fields.UUIDField(required=False, help_text="Only what this person or API key did, by id.")
    patient = fields.UUIDField(required=False, help_text="Only what is about this patient, alone or among others.")
    clinic = fields.UUIDField(required=False, help_text="Only what was done at this clinic, by id.")
    action = fields.CharField(
        required=False, validators=[ACTION], max_length=80, help_text="Only this action, as in `appointment.cancelled`."
    )
    from_at = fields.DateTimeField(required=False, help_text="Only what was done at this instant or later.")
    to_at = fields.DateTimeField(required=False, help_text="Only what was done before this instant.")


class AuditChange(StrictSerializer):
    """One field that was changed, or one fact of what was done."""

    field = fields.CharField(max_length=100, help_text="The name of the field or fact, as the log keeps it.")
    before = fields.CharField(max_length=1000, allow_null=True, help_text="What it was, as text; null for nothing.")
    after = fields.CharField(max_length=1000, allow_null=True, help_text="What it is since, as text; null for nothing.")


class AuditEvent(StrictSerializer):
    """One deed: who did or saw what, of whom, where, when and why. Never the content of health data."""

    id = fields.UUIDField(source="row.pk", help_text="The entry itself; `verify_audit` names it if it was altered.")
    at = fields.DateTimeField(source="row.at", help_text="When the change or the reading began, by the database.")
    action = fields.CharField(
        source="row.action", validators=[ACTION], max_length=80, help_text="What was done, `resource.verb`."
    )
    purpose = fields.ChoiceField(Purpose, source="row.purpose", help_text="What it was done for.")
    actor_id = fields.UUIDField(
        source="row.actor_id", allow_null=True, help_text="Who did it, by id; null for what happens by itself."
    )
    actor_name = fields.CharField(
        max_length=201, allow_null=True, help_text="What that person or API key is called today; null if unknown."
    )
    subject_type = fields.CharField(source="row.subject_type", max_length=40, help_text="What kind of row it is about.")
    subject_id = fields.UUIDField(source="row.subject_id", help_text="The row it is about, by id; it may be gone.")
    patient_id = fields.UUIDField(
        source="row.patient_id", allow_null=True, help_text="The one patient it is about, by id; null for none."
    )
    patient_name = fields.CharField(
        max_length=201, allow_null=True, help_text="What that patient is called today; null for none."
    )
    patient_ids = fields.ListField(
        child=fields.UUIDField(),
        max_length=10_000,
        help_text="The patients whom one reading showed, by id, where it showed several; else empty.",
    )
    clinic_id = fields.UUIDField(
        source="row.clinic_id", allow_null=True, help_text="The clinic where it was done, by id; null for none."
    )
    clinic_name = fields.CharField(max_length=100, allow_null=True, help_text="What that clinic is called today.")
    changes = list_of(AuditChange, help_text="The changed fields with their values, or facts of what was done.")
    reason = fields.CharField(
        source="row.reason", max_length=500, allow_blank=True, help_text="Why, where somebody gave a reason."
    )
    request_id = fields.CharField(
        source="row.request_id", max_length=40, allow_blank=True, help_text="The request that did it, as in the logs."
    )


class AccessLogQuery(PageQuery):
    """Of whom to list the entries."""

    patient = fields.UUIDField(
        required=False, help_text="Only of this patient: the caller or a dependant; all of them without it."
    )


class AccessLogEntry(StrictSerializer):
    """That somebody saw or changed data of the caller, or of somebody whom they look after."""

    id = fields.UUIDField(help_text="The entry itself, for keys of a list on a screen.")
    at = fields.DateTimeField(help_text="When it happened, by the clock of the database.")
    patient_ids = fields.ListField(
        child=fields.UUIDField(), help_text="Whose data it was: the caller's, or that of dependants, by id."
    )
    kind = fields.ChoiceField(AccessKind, help_text="Whether the data was looked at or changed.")
    resource = fields.CharField(
        max_length=40, help_text="What kind of data, as in `appointment`, `patient`, `screening`; more may be added."
    )
    action = fields.CharField(
        validators=[ACTION], max_length=80, help_text="What was done, `resource.verb`, as in `appointment.booked`."
    )
    by = fields.ChoiceField(AccessParty, help_text="Who it was: the role that the person has today.")
    by_name = fields.CharField(
        max_length=201, allow_null=True, help_text="Given for `you` and `practitioner`; the clinic knows the others."
    )
    clinic_id = fields.UUIDField(allow_null=True, help_text="The clinic where it was done, by id; null if unknown.")
    clinic_name = fields.CharField(max_length=100, allow_null=True, help_text="What that clinic is called today.")
