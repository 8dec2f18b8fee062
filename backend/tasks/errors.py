"""Refusals about tasks."""

from backend.common.errors import AlreadyExists, Code, DomainError, Kind


class TaskDone(DomainError):
    code, kind, detail = Code.INVALID_TRANSITION, Kind.CONFLICT, "This task is done already."


# Nobody sees it: what opens a task again is meant to find it open.
CONSTRAINT_ERRORS: dict[str, type[DomainError]] = {"task_is_opened_once": AlreadyExists}
