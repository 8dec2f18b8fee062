"""Releasing holds that have run out and that nobody came by."""

import logging
from functools import partial

from backend.appointments.actions.door import Patience, door
from backend.appointments.enums import Status
from backend.appointments.models import Appointment
from backend.common import clock
from backend.common.errors import Unavailable

_BATCH = 1_000
logger = logging.getLogger(__name__)


def sweep_holds() -> int:
    """Release what has run out, so that no hold stays `held` for ever; how many there were. Every booking does so for
    the people and rooms it wants, so nobody waits for this.
    """
    run_out = Appointment.objects.filter(status=Status.HELD, hold_expires_at__lte=clock.now())
    holds = list(run_out.order_by("hold_expires_at", "pk")[:_BATCH])
    for hold in holds:
        try:
            Patience().run(partial(_pass_by, hold))
        except Unavailable:  # somebody books there at this moment, and releases it
            logger.info("a hold is left to the next round")
    return len(holds)


def _pass_by(hold: Appointment) -> None:
    with door(**hold.resources):
        pass  # it is released on the way in
