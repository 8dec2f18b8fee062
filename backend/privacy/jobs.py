"""What the worker does about exports, and about records whose time is over."""

import uuid

from backend.common.jobs import every, job
from backend.common.pruning import prune
from backend.privacy.actions.ask_for_export import EXPORT_JOB
from backend.privacy.actions.destroy_records import destroy_records
from backend.privacy.actions.make_export import make_export


@job(EXPORT_JOB)
def make(*, export_id: str) -> None:
    """Put an export together."""
    make_export(export_id=uuid.UUID(export_id))


@every("47 * * * *", "privacy.forget_exports")
def forget_exports() -> None:
    """Delete archives, and the notes of them, whose day is over."""
    prune("privacy_export", "expires_at <= domain_now()")


every("17 9 * * *", "privacy.destroy_records")(destroy_records)
