"""What a change of set-up breaks: booked visits that it no longer covers. Said before it is done, never acted on.

The visits are kept by an app above this one, which answers through a `Diary` that `config` puts in place: this app
and its neighbours ask, without knowing whom.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from django.db import transaction


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose visits a change can touch: those at any of the clinics, or given by any of the practitioners."""

    clinic_ids: frozenset[uuid.UUID] = frozenset()
    practitioner_ids: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class AffectedVisit:
    """A booked visit that the rules would refuse now. `rules` are the codes that do (`outside_hours`, ...)."""

    appointment_id: uuid.UUID
    clinic_id: uuid.UUID
    practitioner_id: uuid.UUID
    patient_id: uuid.UUID
    service_id: uuid.UUID
    patient_name: str
    practitioner_name: str
    starts_at: datetime
    rules: tuple[str, ...]


class Diary(Protocol):
    """The keeper of visits."""

    def lock(self, scope: Scope) -> None:
        """Let nobody book what is in scope until the transaction ends. First statement of it, once."""

    def uncovered(self, scope: Scope) -> list[AffectedVisit]:
        """The visits to come in scope that clinic hours, closures, working hours, time off, credentials, rooms or
        offerings do not cover, by start."""

    def flag(self, affected: Sequence[AffectedVisit]) -> None:
        """Let somebody see to these visits, which a change has just broken; in its transaction."""


@dataclass(slots=True)
class Consequences:
    """What a change broke; filled when the `with` block of `changing` ends."""

    affected: list[AffectedVisit] = field(default_factory=list)


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What a change of set-up leaves, and the visits that it broke."""

    row: T
    affected: list[AffectedVisit] = field(default_factory=list)


_diary: Diary | None = None


def keep_diary(diary: Diary) -> None:
    """Put the keeper of visits in place; once, when all apps are ready."""
    global _diary  # noqa: PLW0603 (set once at start, like a setting)
    _diary = diary


@contextmanager
def changing(scope: Scope, *, dry_run: bool = False) -> Iterator[Consequences]:
    """Change set-up inside the block, in one transaction that excludes booking in scope; a dry run is taken back.

    Afterwards the yielded object holds the visits that were covered before and no longer are. They stay booked, and
    somebody is asked to see to them.
    """
    if _diary is None:
        raise RuntimeError("no diary is kept: config.wiring puts one in place")
    found = Consequences()
    with transaction.atomic():
        _diary.lock(scope)
        before = {visit.appointment_id for visit in _diary.uncovered(scope)}
        yield found
        found.affected = [visit for visit in _diary.uncovered(scope) if visit.appointment_id not in before]
        if dry_run:
            transaction.set_rollback(True)
        elif found.affected:
            _diary.flag(found.affected)


@contextmanager
def adding(*, dry_run: bool = False) -> Iterator[None]:
    """Add to set-up inside the block, in one transaction; more hours, rooms and offers break no visit. A dry run, which
    says whether it could be done, is taken back."""
    with transaction.atomic():
        yield
        if dry_run:
            transaction.set_rollback(True)
