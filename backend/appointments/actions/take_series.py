"""Taking several times at once: choose, enter the one door of them all, choose again, write."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TypeVar

from django.db import IntegrityError

from backend.appointments.actions.amend import Shifted
from backend.appointments.actions.door import Patience, door
from backend.appointments.actions.take import TRIES
from backend.appointments.availability.gather import Facts, Question, gather
from backend.appointments.availability.pencil import AROUND, Pencil, Pick, Wanted
from backend.appointments.errors import SeriesConflict
from backend.appointments.queries.series_conflicts import Conflict, conflicts_of
from backend.appointments.rules.facts import Window
from backend.common import walltime
from backend.common.db import as_domain_error
from backend.common.errors import Unavailable

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesOrder:
    """The visits that one patient wants together, and whether some of them will do."""

    service_id: uuid.UUID
    patient_id: uuid.UUID
    visits: tuple[Wanted, ...]
    accept_partial: bool = False

    @property
    def question(self) -> Question:
        """The facts that bear on all these starts and on what is around them."""
        days = [walltime.instant_of(visit.start).date() for visit in self.visits]
        around = timedelta(days=AROUND + 1)
        named = {visit.practitioner_id for visit in self.visits}
        return Question(
            service_id=self.service_id,
            window=Window(min(days) - around, max(days) + around),
            clinic_ids=tuple(dict.fromkeys(visit.clinic_id for visit in self.visits)),
            practitioner_ids=tuple(one for one in named if one) if all(named) else (),
            patient_id=self.patient_id,
        )

    def is_met_by(self, pencil: Pencil) -> bool:
        """Whether as many could be picked as will do."""
        found = [pick.lane is not None for pick in pencil.picks]
        return any(found) if self.accept_partial else all(found)


Write = Callable[[Facts, Sequence[Pick], Sequence[Conflict]], T]


def take_series(order: SeriesOrder, write: Write[T]) -> T:
    """Take the wanted times, all in one transaction, and `write` the rows inside the door.

    Who gives each is found before the locks and asked again behind them; when one was lost meanwhile, it begins anew.
    The last time, an order that is content with some takes what is left. Raises SeriesConflict, NotFound, Unavailable.
    """
    patience = Patience()
    for attempts_left in reversed(range(TRIES)):
        chosen = _acceptable(order)
        try:
            return patience.run(partial(_attempt, order, chosen, write, is_last=not attempts_left))
        except Shifted:
            continue
        except IntegrityError as error:
            # Past the rules, as when buffers have changed since: constraints judge last.
            if as_domain_error(error) is None:
                raise
    _acceptable(order)
    raise Unavailable(retry_after_seconds=1)


def _acceptable(order: SeriesOrder) -> Pencil:
    """What can be had just now. Raises SeriesConflict when it is not enough."""
    pencil = Pencil(gather(order.question))
    pencil.pick_all(order.visits)
    if not order.is_met_by(pencil):
        told = [conflict.told() for conflict in conflicts_of(pencil)]
        raise SeriesConflict(members={"conflicts": told})
    return pencil


def _attempt(order: SeriesOrder, chosen: Pencil, write: Write[T], *, is_last: bool) -> T:
    picks = [pick for pick in chosen.picks if pick.lane]
    named = _named(order, picks)
    with door(
        practitioner_ids={visit.practitioner_id for visit in named.visits if visit.practitioner_id},
        room_ids={room.id for pick in picks if pick.lane for room in pick.lane.place.clinic.rooms},
        patient_ids=[order.patient_id],
    ):
        facts = gather(named.question)
        pencil = Pencil(facts)
        pencil.pick_all(named.visits)
        lost = conflicts_of(pencil)
        if lost and not (is_last and order.is_met_by(pencil)):
            raise Shifted
        conflicts = sorted([*conflicts_of(chosen), *lost], key=lambda conflict: conflict.index)
        return write(facts, [pick for pick in pencil.picks if pick.lane], conflicts)


def _named(order: SeriesOrder, picks: Iterable[Pick]) -> SeriesOrder:
    """The same of whoever was picked for each, without what nobody could be picked for."""
    visits = (replace(pick.wanted, practitioner_id=pick.lane.practitioner.id) for pick in picks if pick.lane)
    return replace(order, visits=tuple(visits))
