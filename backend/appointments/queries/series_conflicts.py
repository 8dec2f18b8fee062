"""What of a series could not be booked, as it is told and as the series keeps it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.appointments.availability.pencil import Instead, Pencil, Pick
from backend.appointments.enums import RuleCode
from backend.appointments.rules.registry import BY_CODE
from backend.appointments.rules.texts import remedy_of, text_of
from backend.common import walltime

ALTERNATIVES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A visit that rules refuse, and the nearest starts that book along with the others. Starts carry the clinic's
    offset."""

    index: int
    starts_at: datetime
    clinic_id: uuid.UUID
    timezone: str
    practitioner_id: uuid.UUID | None
    rules: tuple[RuleCode, ...]
    alternatives: tuple[tuple[datetime, tuple[uuid.UUID, ...]], ...]

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Conflict":
        """From what `kept` made of it."""
        alternatives = (
            (datetime.fromisoformat(one["starts_at"]), tuple(map(uuid.UUID, one["practitioner_ids"])))
            for one in kept["alternatives"]
        )
        named = kept["practitioner_id"]
        return cls(
            index=kept["index"],
            starts_at=datetime.fromisoformat(kept["starts_at"]),
            clinic_id=uuid.UUID(kept["clinic_id"]),
            timezone=kept["timezone"],
            practitioner_id=uuid.UUID(named) if named else None,
            rules=tuple(map(RuleCode, kept["rules"])),
            alternatives=tuple(alternatives),
        )

    def kept(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {
            "index": self.index,
            "starts_at": self.starts_at.isoformat(),
            "clinic_id": str(self.clinic_id),
            "timezone": self.timezone,
            "practitioner_id": str(self.practitioner_id) if self.practitioner_id else None,
            "rules": [code.value for code in self.rules],
            "alternatives": [
                {"starts_at": start.isoformat(), "practitioner_ids": list(map(str, people))}
                for start, people in self.alternatives
            ],
        }

    def told(self) -> dict[str, Any]:
        """As answers and problems show it, in the language of the request."""
        where = {"clinic_id": self.clinic_id, "timezone": self.timezone}
        return {
            "index": self.index,
            "starts_at": self.starts_at,
            **where,
            "practitioner_id": self.practitioner_id,
            "rules": [_rule(code) for code in self.rules],
            "alternatives": [
                {"starts_at": start, "practitioner_ids": list(people), **where} for start, people in self.alternatives
            ],
        }


def _rule(code: RuleCode) -> dict[str, str]:
    told = {"detail": text_of(code), "remedy": remedy_of(code)}
    return {"code": code.value, "class": BY_CODE[code].kind.value, **told}


def conflicts_of(pencil: Pencil) -> list[Conflict]:
    """Those of the picks that are none, in the order in which the visits were sent."""
    refused = (pick for pick in pencil.picks if pick.lane is None)
    return sorted((_conflict(pencil, pick) for pick in refused), key=lambda one: one.index)


def _conflict(pencil: Pencil, pick: Pick) -> Conflict:
    wanted, zone = pick.wanted, pencil.zone_at(pick.wanted.clinic_id)

    def by_the_clock(start: int) -> datetime:
        return walltime.instant_of(start).astimezone(zone)

    others: list[Instead] = pencil.instead_of(wanted, count=ALTERNATIVES)
    return Conflict(
        index=wanted.index,
        starts_at=by_the_clock(wanted.start),
        clinic_id=wanted.clinic_id,
        timezone=zone.key,
        practitioner_id=wanted.practitioner_id,
        rules=tuple(rule.code for rule in pick.refused),
        alternatives=tuple((by_the_clock(other.start), other.practitioner_ids) for other in others),
    )
