"""A copy of what is kept about oneself."""

import uuid
from typing import Any

from backend.common.errors import NotFound, PermissionDenied
from backend.common.http import fields
from backend.common.http.access import SIGNED_IN
from backend.common.http.operations import Call, Idempotency, Operation, Reply
from backend.common.http.serializers import StrictSerializer
from backend.privacy.actions.ask_for_export import ask_for_export
from backend.privacy.actions.fetch_export import fetch_export
from backend.privacy.enums import ExportStatus
from backend.privacy.errors import ExportNotThere
from backend.privacy.models import Export as ExportRow
from backend.privacy.queries.exports import get_export_for, status_of


class ExportRequest(StrictSerializer):
    """Whose records the archive is to hold."""

    patient_id = fields.UUIDField(required=False, help_text="A dependant, by id; the caller without it.")


class Export(StrictSerializer):
    """An export, and where it stands."""

    id = fields.UUIDField(help_text="The export, by id; to ask for its status and to fetch it.")
    patient_id = fields.UUIDField(help_text="Whose data it holds: the caller's, or a dependant's.")
    status = fields.ChoiceField(ExportStatus, help_text="Where it stands; fetch it once it is `ready`.")
    expires_at = fields.DateTimeField(help_text="Until when it can be fetched, once: a day from when it was asked for.")


class CreateExport(Operation):
    """Ask for a copy of all that is kept about oneself, or about a dependant.

    Put together within minutes: ask getExport until it is `ready`, then fetch it with fetchExport, once and within
    24 hours. A guardian needs all rights to read over the dependant. Asking and fetching are entries of the audit log.
    """

    permission = SIGNED_IN
    accepts = ExportRequest
    returns = Export
    status = 202
    raises = (NotFound, PermissionDenied)
    asks_for_proof = True
    budget = "export"

    def handle(self, call: Call) -> Reply:
        """One's own, or a dependant's."""
        export = ask_for_export(call.actor, **call.body)
        return Reply(_shown(export), location=f"/v1/me/exports/{export.pk}")


class GetExport(Operation):
    """Read where an export stands.

    Exports of others are as if absent.
    """

    permission = SIGNED_IN
    returns = Export

    def handle(self, call: Call, export_id: uuid.UUID) -> Reply:
        """Who asked for it."""
        return Reply(_shown(get_export_for(call.actor, export_id)))


class FetchExport(Operation):
    """Fetch an export.

    A zip archive with one JSON file for each kind of record, and `about.json` that lists them. It can be fetched once:
    the archive is deleted with the answer. If that got lost, ask for another.
    """

    permission = SIGNED_IN
    produces = "application/zip"
    asks_for_proof = True
    raises = (ExportNotThere,)
    # A receipt would hold the archive.
    idempotency = Idempotency.NONE

    def handle(self, call: Call, export_id: uuid.UUID) -> Reply:
        """Who asked for it."""
        archive = fetch_export(call.actor, export_id=export_id)
        return Reply(archive, headers={"Content-Disposition": 'attachment; filename="my-data.zip"'})


def _shown(export: ExportRow) -> dict[str, Any]:
    names = ("id", "patient_id", "expires_at")
    return {**{name: getattr(export, name) for name in names}, "status": status_of(export)}
