"""What upper apps know about clinics: they tell it here, so that clinics need not know them."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol


class WhoWorksThere(Protocol):
    """A practitioner, as a clinic names one."""

    id: uuid.UUID
    title: str
    title_fr: str
    languages: list[str]
    disciplines: list[str]


ByClinic = Callable[[Sequence[uuid.UUID]], Mapping[uuid.UUID, Sequence[WhoWorksThere]]]
_sources: list[ByClinic] = []


def name_practitioners_by(source: ByClinic) -> None:
    """Say who finds the practitioners of clinics. `config` does, once."""
    _sources[:] = [source]


def practitioners_of(clinic_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, Sequence[WhoWorksThere]]:
    """The active practitioners of each clinic, in one statement whatever the number of clinics."""
    return _sources[0](clinic_ids)
