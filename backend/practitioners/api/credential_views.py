"""Credentials: entered, verified, revoked, and coming to their end."""

import uuid
from typing import cast

from backend.clinics.consequences import Outcome
from backend.common.http.affected import DryRunQuery
from backend.common.http.changes import changed
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, IfMatch, Operation, Reply
from backend.common.http.serializers import PageQuery, page_of
from backend.common.permissions import Permission
from backend.practitioners import models
from backend.practitioners.actions.add_credential import add_credential
from backend.practitioners.actions.change_credential import change_credential
from backend.practitioners.actions.revoke_credential import revoke_credential
from backend.practitioners.actions.verify_credential import verify_credential
from backend.practitioners.api.credential_shapes import (
    Credential,
    CredentialChangesRequest,
    CredentialRequest,
    ExpiringCredential,
    ExpiringQuery,
    RevokeCredentialRequest,
)
from backend.practitioners.errors import CredentialEntered, CredentialStep
from backend.practitioners.facts import CredentialFacts
from backend.practitioners.queries.expiring import credentials_for
from backend.practitioners.queries.files import get_part_for, parts_of


class ListCredentials(Operation):
    """List the credentials of a practitioner.

    With their numbers: those on file, pending, verified and revoked, by kind and first date.
    """

    permission = Permission.PRACTITIONER_READ
    query = PageQuery
    returns = page_of(Credential)

    def handle(self, call: Call, practitioner_id: uuid.UUID) -> Reply:
        """Staff of a clinic of theirs, and the practitioner."""
        rows = parts_of(call.actor, models.Credential, practitioner_id)
        return paginate(call, rows, order=["kind", "valid_from", "id"])


class CreateCredential(Operation):
    """Put a credential on file.

    It is pending and counts for nothing until somebody verifies it at verifyCredential.
    """

    permission = Permission.PRACTITIONER_MANAGE
    accepts = CredentialRequest
    returns = changed(Credential)
    status = 201
    raises = (CredentialEntered,)

    def handle(self, call: Call, practitioner_id: uuid.UUID) -> Reply:
        """Those who manage a clinic of theirs."""
        facts = cast(CredentialFacts, call.body)
        made = add_credential(call.actor, practitioner_id=practitioner_id, facts=facts)
        return Reply(Outcome(made), location=f"/v1/credentials/{made.pk}")


class ListExpiringCredentials(Operation):
    """List credentials that come to their end.

    Verified ones of active practitioners, the nearest end first, unless another one of the same kind and jurisdiction
    outlasts it. Ends are counted by the date in UTC. At 60, 30 and 7 days the event `credential.expiring.v1` warns.
    """

    permission = Permission.PRACTITIONER_READ
    query = ExpiringQuery
    returns = page_of(ExpiringCredential)

    def handle(self, call: Call) -> Reply:
        """Staff, of their own clinics, and practitioners, of their own."""
        rows = credentials_for(call.actor, expiring_within_days=call.query["expiring_within_days"])
        return paginate(call, rows, order=["valid_until", "id"])


class GetCredential(Operation):
    """Read one credential.

    As listCredentials shows it, with the etag that a change of it needs.
    """

    permission = Permission.PRACTITIONER_READ
    returns = Credential

    def handle(self, call: Call, credential_id: uuid.UUID) -> Reply:
        """Staff of a clinic of theirs, and the practitioner."""
        return Reply(get_part_for(call.actor, models.Credential, credential_id))


class UpdateCredential(Operation):
    """Correct a pending credential.

    What was verified stays as it was verified: revoke it and enter another. A renewal is entered as another, too.
    """

    permission = Permission.PRACTITIONER_MANAGE
    accepts = CredentialChangesRequest
    returns = changed(Credential)
    raises = (CredentialEntered, CredentialStep)

    def handle(self, call: Call, credential_id: uuid.UUID) -> Reply:
        """Those who manage a clinic of theirs."""
        found = change_credential(
            call.actor,
            credential_id=credential_id,
            changes=cast(CredentialFacts, call.body),
            expected_version=call.expected_version,
        )
        return Reply(Outcome(found))


class VerifyCredential(Operation):
    """Vouch for a credential.

    From now on it counts. Nobody verifies their own: that answers 403.
    """

    permission = Permission.CREDENTIAL_VERIFY
    query = DryRunQuery
    returns = changed(Credential)
    if_match = IfMatch.OPTIONAL
    raises = (CredentialStep,)

    def handle(self, call: Call, credential_id: uuid.UUID) -> Reply:
        """Those who manage a clinic of theirs, but not the practitioner."""
        found = verify_credential(
            call.actor,
            credential_id=credential_id,
            expected_version=call.expected_version,
            dry_run=call.query.get("dry_run", False),
        )
        return Reply(found)


class RevokeCredential(Operation):
    """Revoke a credential.

    It counts no longer, for good. Booked visits stay booked; those that needed it are named. Nobody revokes their own.
    """

    permission = Permission.CREDENTIAL_VERIFY
    query = DryRunQuery
    accepts = RevokeCredentialRequest
    returns = changed(Credential)
    if_match = IfMatch.OPTIONAL
    raises = (CredentialStep,)

    def handle(self, call: Call, credential_id: uuid.UUID) -> Reply:
        """Those who manage a clinic of theirs, but not the practitioner."""
        found = revoke_credential(
            call.actor,
            credential_id=credential_id,
            reason=call.body["reason"],
            expected_version=call.expected_version,
            dry_run=call.query.get("dry_run", False),
        )
        return Reply(found)
