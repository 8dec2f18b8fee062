"""Consents that are given as a visit is booked."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction

from backend.common.access import Actor
from backend.patients.actions.give_consents import give_consents


@contextmanager
def agreeing(actor: Actor, patient_id: uuid.UUID, consents: Sequence[uuid.UUID]) -> Iterator[None]:
    """What is booked inside rests on these consents; if it is not booked, they were not given.

    Before the door: the rules are asked in front of it too. Rows that are merely added are nobody's to wait for but a
    twin's, so this takes no lock that the door would have to know of (R4).
    """
    if not consents:
        yield
        return
    with transaction.atomic():
        give_consents(actor, patient_id=patient_id, text_ids=consents)
        yield
