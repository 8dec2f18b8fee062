"""Search in a few words: the next starts, and why a start can or cannot be booked."""

from typing import Any

from backend.appointments.actions.note_search import note_search
from backend.appointments.api.slot_shapes import ExplainQuery, NextSlotsQuery, SlotExplanation, UpcomingSlots, about
from backend.appointments.queries.explain import Explanation, Verdict, explain_slot
from backend.appointments.queries.next_slots import NextFound, find_next, from_now
from backend.appointments.queries.search import prepare_search
from backend.appointments.rules.texts import remedy_of, text_of
from backend.common import walltime
from backend.common.errors import NotFound, PermissionDenied
from backend.common.http.access import PUBLIC
from backend.common.http.operations import Call, Operation, Reply


class NextSlots(Operation):
    """List the next starts that can be booked.

    The first `count` over the chain, from now to the horizon, in order of time; filters and whom it is for are as in
    listSlots. For a button such as "next free time", where listSlots would have to be asked month after month.
    """

    permission = PUBLIC
    asks_who_calls = True
    query = NextSlotsQuery
    returns = UpcomingSlots
    raises = (NotFound, PermissionDenied)
    max_age_seconds = 0

    def handle(self, call: Call) -> Reply:
        """Public; who calls matters for rules about the patient."""
        asked = call.query
        search = prepare_search(
            call.visitor,
            window_at=from_now,
            clinic_ids=asked["clinic"],
            practitioner_ids=asked["practitioner"],
            **about(asked),
        )
        found = find_next(search, count=asked["count"])
        note_search(call.visitor, patient_id=search.question.patient_id)
        return Reply(_upcoming(found), is_plain=True)


class ExplainSlot(Operation):
    """Say why a start can or cannot be booked.

    Every rule in the order in which booking asks it: whether it admits the start, and if not why, what would help
    and when it next does. The codes are those that booking would answer in `rules[]`. Rules about the patient are
    asked of whoever listSlots would ask about; of other patients nobody is told anything. A lost race, or a hold of
    somebody else, shows as `practitioner_busy` or `no_room` like any other taken time.
    """

    permission = PUBLIC
    asks_who_calls = True
    query = ExplainQuery
    returns = SlotExplanation
    raises = (NotFound, PermissionDenied)
    max_age_seconds = 0

    def handle(self, call: Call) -> Reply:
        """Public; who calls matters for rules about the patient, and staff are told what they may set aside."""
        asked = call.query
        explained = explain_slot(
            call.visitor,
            clinic_id=asked["clinic"],
            starts_at=asked["starts_at"],
            practitioner_id=asked.get("practitioner"),
            **about(asked),
        )
        note_search(call.visitor, patient_id=explained.patient_id)
        return Reply(_explained(explained), is_plain=True)


def _upcoming(found: NextFound) -> dict[str, Any]:
    gate = found.gate
    return {
        "service_id": found.facts.service.id,
        "duration_minutes": found.facts.service.duration_minutes,
        "gate": {
            "status": gate.status.value,
            "code": gate.code.value if gate.code else None,
            "next_service_id": gate.next_service_id,
        },
        "results": [
            {
                "starts_at": walltime.instant_of(one.slot.start).astimezone(one.zone),
                "practitioner_ids": one.slot.practitioner_ids,
                "clinic_id": one.clinic_id,
                "timezone": one.zone.key,
            }
            for one in found.slots
        ],
    }


def _explained(explained: Explanation) -> dict[str, Any]:
    return {
        "bookable": explained.is_bookable,
        "practitioner_id": explained.practitioner_id,
        "timezone": explained.zone.key,
        "next_start_at": explained.by_the_clock(explained.next_start),
        "rules": [_verdict(verdict, explained) for verdict in explained.verdicts],
    }


def _verdict(verdict: Verdict, explained: Explanation) -> dict[str, Any]:
    code = verdict.rule.code
    return {
        "code": code.value,
        "class": verdict.rule.kind.value,
        "passes": verdict.passes,
        "detail": None if verdict.passes else text_of(code),
        "remedy": None if verdict.passes else remedy_of(code),
        "next_start_at": explained.by_the_clock(verdict.next_start),
        "can_override": verdict.can_override,
    }
