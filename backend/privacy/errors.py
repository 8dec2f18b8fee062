"""Refusals of exports."""

from backend.common.errors import Code, DomainError, Kind


class ExportNotThere(DomainError):
    code, kind = Code.INVALID_TRANSITION, Kind.CONFLICT
    detail = "The archive is not there: it is being put together, was fetched, or its day is over."
