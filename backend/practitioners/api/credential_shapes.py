"""Credentials, as those who check them write and read them."""

from backend.clinics.enums import CredentialKind
from backend.common.http import fields
from backend.common.http.changes import changes_of
from backend.common.http.serializers import PageQuery, StrictSerializer, VersionedSerializer
from backend.practitioners.enums import CredentialStatus, Jurisdiction


class CredentialRequest(StrictSerializer):
    """What a document says."""

    kind = fields.ChoiceField(CredentialKind, help_text="What is proved; a service names the kinds it requires.")
    issuer = fields.CharField(max_length=200, help_text="Who gave the proof: a regulator or a school.")
    jurisdiction = fields.ChoiceField(
        Jurisdiction, help_text="Where it counts: a province by its two letters, or `CA` for all of Canada."
    )
    number = fields.CharField(max_length=60, help_text="The number on the document. It is not public.")
    issued_on = fields.DateField(help_text="The date that the document bears.")
    valid_from = fields.DateField(required=False, help_text="First date on which it counts; absent: its own date.")
    valid_until = fields.DateField(
        required=False, default=None, allow_null=True, help_text="Last date on which it counts; null: without end."
    )


CredentialChangesRequest = changes_of(CredentialRequest)


class Credential(CredentialRequest, VersionedSerializer):
    """A credential on file. Only a verified one counts, from its first date to its last."""

    id = fields.UUIDField(help_text="The credential; stays the same for good.")
    practitioner_id = fields.UUIDField(help_text="Whose credential it is.")
    status = fields.ChoiceField(
        CredentialStatus,
        help_text="How far it has come: pending, then verified, then revoked; or revoked while pending.",
    )
    has_evidence = fields.BooleanField(help_text="True: a scan of the document is kept, at getCredentialEvidence.")
    verified_at = fields.DateTimeField(allow_null=True, help_text="When somebody vouched for it; null: not yet.")
    revoked_at = fields.DateTimeField(allow_null=True, help_text="When it was revoked; null: it was not.")
    revoked_reason = fields.CharField(max_length=500, help_text="Why it was revoked; empty if it was not.")


class RevokeCredentialRequest(StrictSerializer):
    """Why a credential counts no longer."""

    reason = fields.CharField(max_length=500, help_text="Why, for whoever reads the file later. It is not public.")


class ExpiringQuery(PageQuery):
    """How far ahead to look."""

    expiring_within_days = fields.IntegerField(
        required=False, min_value=0, max_value=365, default=60, help_text="Those that end in at most so many days."
    )


class ExpiringCredential(Credential):
    """A verified credential that comes to its end."""

    practitioner_name = fields.CharField(
        source="practitioner", max_length=201, help_text="Whose credential it is, by name."
    )
    warning_days = fields.IntegerField(
        allow_null=True,
        help_text="How near the end is: it lies within 7, 30 or 60 days, the least of them; null: further off.",
    )
