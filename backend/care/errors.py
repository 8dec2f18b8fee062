"""Refusals of those who treat."""

from backend.common.errors import Code, DomainError, Kind


class NotForAClinician(DomainError):
    code, kind = Code.INVALID_TRANSITION, Kind.CONFLICT
    detail = "Nothing here waits for a physiotherapist."
