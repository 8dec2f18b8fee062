"""Giving visits to other practitioners: all of them in one transaction, or none."""

import uuid
from collections.abc import Callable, Sequence

from django.db import IntegrityError

from backend.appointments.actions.amend import Shifted
from backend.appointments.actions.door import Patience, door
from backend.appointments.actions.move import relocate
from backend.appointments.actions.take import TRIES
from backend.appointments.actions.wish import refusal
from backend.appointments.models import Appointment
from backend.appointments.queries.reassigning import Choice, choose
from backend.common.access import Actor
from backend.common.batches import in_one_statement
from backend.common.db import as_domain_error
from backend.common.errors import DomainError, Unavailable


def hand_over(
    actor: Actor,
    *,
    read: Callable[[], Sequence[Appointment]],
    to: uuid.UUID | None,
    reason: str,
    dry_run: bool = False,
) -> list[Choice]:
    """Give the visits that `read` finds, all of one practitioner, to another one, or each to anyone else who is free.

    Who could is found before the locks and asked again behind them; whenever that is no longer so, it begins anew.
    Raises SlotTaken or SlotNotBookable with the rules that refuse any of them, Unavailable, and what `read` raises.
    """
    lost: DomainError = Unavailable(retry_after_seconds=1)
    patience = Patience()
    for _ in range(TRIES):
        visits = read()
        choices = choose(visits, {visit.pk: to for visit in visits} if to else {})
        if dry_run or not choices:
            return choices
        if refused := {rule.code: rule for choice in choices for rule in choice.refused}:
            raise refusal(refused.values())
        try:
            patience.run(lambda chosen=choices: _write(actor, chosen, reason))  # type: ignore[misc]
        except Shifted:
            continue
        except IntegrityError as error:
            # Past the rules, as when buffers have changed since: constraints judge last.
            lost = as_domain_error(error) or lost
            continue
        return choices
    raise lost


def _write(actor: Actor, choices: Sequence[Choice], reason: str) -> None:
    visits = [choice.visit for choice in choices]
    named = {choice.visit.pk: choice.practitioner_id for choice in choices if choice.practitioner_id}
    rooms = [choice.room_id for choice in choices if choice.room_id]
    with door(
        practitioner_ids=[*(visit.practitioner_id for visit in visits), *named.values()],
        room_ids=[*(visit.room_id for visit in visits), *rooms],
        patient_ids=[visit.patient_id for visit in visits if visit.patient_id],
    ) as now:
        if choose(visits, named) != list(choices):
            raise Shifted
        with in_one_statement():
            for choice in choices:
                values = {"practitioner_id": choice.practitioner_id, "room_id": choice.room_id}
                relocate(actor, visit=choice.visit, values=values, now=now, reason=reason, action="reassigned")
