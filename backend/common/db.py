"""What PostgreSQL says when it refuses, in the words of the domain. Every named constraint has one error."""

import logging

import psycopg
from django.db import utils

from backend.common.errors import AlreadyExists, DomainError, Unavailable, ValidationFailed

_errors: dict[str, type[DomainError]] = {}

_UNIQUE, _EXCLUSION, _CHECK, _FOREIGN_KEY = "23505", "23P01", "23514", "23503"
_OF_CLASS: dict[str, type[DomainError]] = {
    _UNIQUE: AlreadyExists,
    _EXCLUSION: AlreadyExists,
    _CHECK: ValidationFailed,
    _FOREIGN_KEY: ValidationFailed,
}
# deadlock, serialization, lock timeout, cancelled by statement timeout, read-only after a failover
_PASSING = {"40P01", "40001", "55P03", "57014", "25006"}
_UNTRANSLATABLE_DATA = "22"

logger = logging.getLogger(__name__)


def name_constraints(errors: dict[str, type[DomainError]]) -> None:
    """Say which error the breach of each named constraint is. Apps call it when they are ready."""
    _errors.update(errors)


def constraint_of(error: BaseException) -> str | None:
    """The name of the constraint that refused, if one did."""
    cause = _cause(error)
    return cause.diag.constraint_name if cause else None


def sqlstate_of(error: BaseException) -> str | None:
    """PostgreSQL's five-character code, if the error is PostgreSQL's."""
    cause = _cause(error)
    return cause.sqlstate if cause else None


def as_domain_error(error: utils.Error | psycopg.Error) -> DomainError | None:
    """The domain's word for it: a named constraint's error, or Unavailable for what passes; None for our own faults."""
    constraint, state = constraint_of(error), sqlstate_of(error) or ""
    if constraint in _errors:
        return _errors[constraint]()
    if state in _OF_CLASS or state.startswith(_UNTRANSLATABLE_DATA):
        # No rule in front of it, or no name given to it: worth a look, but the caller can act on it.
        logger.warning("refused by the database", extra={"constraint": constraint, "sqlstate": state})
        return _OF_CLASS.get(state, ValidationFailed)()
    is_passing = state in _PASSING or isinstance(error, utils.OperationalError | psycopg.OperationalError)
    return Unavailable(retry_after_seconds=1) if is_passing else None


def _cause(error: BaseException) -> psycopg.Error | None:
    if isinstance(error, psycopg.Error):
        return error
    return error.__cause__ if isinstance(error.__cause__, psycopg.Error) else None
