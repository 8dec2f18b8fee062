"""Which lines of advice suit whom (D18 to D20), and when a patient is asked how they are (D21)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.care.enums import AdviceTopic, CheckInPoint
from backend.clinics.enums import ColdOrHeat


@dataclass(frozen=True, slots=True)
class Situation:
    """What advice adapts to: what the clinic has chosen, and whether the patient was light-headed after the visit."""

    choice: ColdOrHeat
    is_light_headed: bool = False


def is_shown(topic: AdviceTopic, situation: Situation) -> bool:
    """Whether a line suits: cold or heat as the clinic has chosen, and no hot bath for who is light-headed (D20)."""
    if topic in (AdviceTopic.COLD, AdviceTopic.HEAT):
        return situation.choice.value == topic.value
    return not (topic == AdviceTopic.HOT_BATH and situation.is_light_headed)


def suited(lines: Sequence[Mapping[str, str]], situation: Situation) -> list[Mapping[str, str]]:
    """The lines that suit, in their order; for who is light-headed, those about it first."""
    shown = [line for line in lines if is_shown(AdviceTopic(line["topic"]), situation)]
    if situation.is_light_headed:
        shown.sort(key=lambda line: line["topic"] != AdviceTopic.LIGHT_HEADED)
    return shown


@dataclass(frozen=True, slots=True)
class Due:
    """When a check-in may be answered: from `opens_at` until before `closes_at`."""

    point: CheckInPoint
    opens_at: datetime
    closes_at: datetime


# Whatever comes later is told at the next visit.
LAST = timedelta(hours=96)
# After the end of the visit. The first ends where the second begins, so that never two are open.
_WINDOWS = {
    CheckInPoint.AFTER_24_HOURS: (timedelta(hours=24), timedelta(hours=48)),
    CheckInPoint.AFTER_48_HOURS: (timedelta(hours=48), LAST),
}


def due_after(ends_at: datetime) -> list[Due]:
    """The check-ins of a visit, in their order."""
    return [Due(point, ends_at + opens, ends_at + closes) for point, (opens, closes) in _WINDOWS.items()]
