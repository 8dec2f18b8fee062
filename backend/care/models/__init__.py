"""Tables of the care app."""

from backend.care.models.session_record import SessionRecord, SessionRecordAmendment

__all__ = ["SessionRecord", "SessionRecordAmendment"]
