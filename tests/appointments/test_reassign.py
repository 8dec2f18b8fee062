"""Giving visits to other practitioners: same start, same clinic, all of them or none."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.appointments.models import Appointment, Transition
from backend.audit.models import AuditEntry
from backend.clinics.models import Room
from backend.common.walltime import local_date_of, minute_of, zone
from backend.events.models import DomainEvent
from backend.patients.models import Patient
from backend.practitioners.models import Credential, Offering, Practitioner, TimeOff
from tests.api_client import ApiClient
from tests.appointments.calls import VISITS, api, book, faults, refusal, rules, travel, wish
from tests.cast import FRI, MON, TUE, WED, Cast
from tests.policy.traces import fingerprint


def at(cast: Cast, weekday: Any = WED, time: str = "10:00", week: int = 2) -> datetime:
    return cast.at(cast.coquitlam, weekday, time, week=week)


def booked(cast: Cast, who: Patient, by: Practitioner, start: datetime) -> dict[str, Any]:
    return book(api(who), wish(cast.physio_follow_up, cast.coquitlam, start, practitioner_id=by))


@pytest.fixture
def visit(cast: Cast) -> dict[str, Any]:
    """A follow-up of `patient` with `ims` on a Wednesday at ten, the week after next."""
    return booked(cast, cast.patient, cast.ims, at(cast))


@pytest.fixture
def desk(cast: Cast) -> ApiClient:
    return api(cast.desk_coquitlam)


def give(client: ApiClient, visit: dict[str, Any], to: Practitioner | None = None, **options: Any) -> Any:
    body = {"practitioner_id": str(to.pk) if to else None, "reason": "Ill"}
    return client.post(f"{VISITS}/{visit['id']}/reassign", body, **options)


def all_of(
    client: ApiClient, cast: Cast, whose: Practitioner | None = None, *, dry_run: bool = False, **more: Any
) -> Any:
    body = {"from_at": at(cast, MON, "00:00").isoformat(), "until_at": at(cast, FRI).isoformat(), "reason": "Ill"}
    path = f"/v1/practitioners/{(whose or cast.ims).pk}/reassign"
    return client.call("POST", path, {**body, **more}, query={"dry_run": "true"} if dry_run else {})


def given(answer: Any) -> list[tuple[str, str | None, list[str]]]:
    assert answer.status_code == 200, answer.content
    return [(one["appointment_id"], one["practitioner_id"], one["rules"]) for one in answer.json()["results"]]


def test_another_gives_it_and_nothing_else_changes(cast: Cast, visit: dict[str, Any], desk: ApiClient) -> None:
    before = desk.get(f"{VISITS}/{visit['id']}").json()
    answer = give(desk, visit, cast.physio, key="r")
    assert answer.status_code == 200, answer.content
    after = answer.json()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"practitioner_id", "practitioner", "revision", "updated_at", "etag"}
    assert (after["practitioner_id"], after["revision"]) == (str(cast.physio.pk), 1)
    assert give(desk, visit, cast.physio, key="r")["Idempotent-Replayed"] == "true"
    assert Appointment.objects.get().version == 2
    booked(cast, cast.parent, cast.ims, at(cast))


def test_it_leaves_one_trace_of_each_kind(cast: Cast, visit: dict[str, Any], desk: ApiClient) -> None:
    give(desk, visit)
    event = DomainEvent.objects.get(type="appointment.rescheduled.v1")
    assert (event.payload["previous_practitioner_id"], event.payload["revision"]) == (str(cast.ims.pk), 1)
    entry = AuditEntry.objects.get(action="appointment.reassigned")
    assert (entry.reason, list(entry.before), list(entry.after)) == ("Ill", ["practitioner_id"], ["practitioner_id"])
    step = Transition.objects.get(from_status="booked")
    assert (step.reason, step.by_id, list(step.changes)) == ("Ill", cast.desk_coquitlam.pk, ["practitioner_id"])


def test_to_whom_has_it_already_changes_nothing(cast: Cast, visit: dict[str, Any], desk: ApiClient) -> None:
    before = fingerprint()
    assert give(desk, visit, cast.ims).json()["revision"] == 0
    assert fingerprint() == before


def test_what_was_settled_when_it_was_booked_is_not_asked_again(
    cast: Cast, visit: dict[str, Any], desk: ApiClient
) -> None:
    """The notice, say: who falls ill does so in the morning."""
    travel(to=at(cast) - timedelta(minutes=5))
    assert give(desk, visit).json()["practitioner_id"] == str(cast.physio.pk)


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ("not_offered", Offering),
        ("credential_missing", Credential),
        ("practitioner_inactive", Practitioner),
        ("practitioner_away", TimeOff),
    ],
)
def test_only_who_may_and_can_gets_it(
    cast: Cast, visit: dict[str, Any], desk: ApiClient, rule: str, kind: type[Any]
) -> None:
    if kind is Practitioner:
        Practitioner.objects.filter(pk=cast.physio.pk).update(is_active=False)
    elif kind is TimeOff:
        day = local_date_of(minute_of(at(cast)), zone(cast.coquitlam.timezone))
        TimeOff.objects.create(practitioner=cast.physio, first_date=day, last_date=day)
    else:
        kind.objects.filter(practitioner=cast.physio).delete()
    before = fingerprint()
    refused = give(desk, visit, cast.physio)
    assert (refusal(refused), rules(refused)) == ((422, "slot_not_bookable"), [rule])
    assert refusal(give(desk, visit)) == (422, "slot_not_bookable")
    assert fingerprint() == before


def test_who_is_busy_does_not_get_it(cast: Cast, visit: dict[str, Any], desk: ApiClient) -> None:
    booked(cast, cast.parent, cast.physio, at(cast))
    for to in (cast.physio, None):
        refused = give(desk, visit, to)
        assert (refusal(refused), rules(refused)) == ((409, "slot_taken"), ["practitioner_busy"])


def test_it_gets_another_room_only_if_it_must(cast: Cast, visit: dict[str, Any], desk: ApiClient) -> None:
    Room.objects.filter(name=visit["room_name"], clinic=cast.coquitlam).update(is_active=False)
    after = give(desk, visit).json()
    assert after["room_name"] not in ("", visit["room_name"])


def test_it_is_for_staff_and_for_visits_to_come(cast: Cast, visit: dict[str, Any], desk: ApiClient) -> None:
    assert refusal(give(api(cast.patient), visit)) == (403, "permission_denied")
    assert refusal(give(api(cast.desk_langley), visit)) == (404, "not_found")
    assert refusal(give(desk, visit, if_match='"7-0123456789abcdef"')) == (412, "etag_mismatch")
    travel(to=at(cast))
    assert refusal(give(desk, visit)) == (409, "invalid_transition")


def test_all_that_can_be_given_are_shown_and_then_given(cast: Cast, visit: dict[str, Any], desk: ApiClient) -> None:
    other = booked(cast, cast.parent, cast.ims, at(cast, TUE))
    blocked = booked(cast, cast.cleared, cast.ims, at(cast, MON))
    booked(cast, cast.other_parent, cast.physio, at(cast, MON))
    physio, before = str(cast.physio.pk), fingerprint()
    shown = given(all_of(desk, cast, dry_run=True))
    can: list[tuple[str, str | None, list[str]]] = [(other["id"], physio, []), (visit["id"], physio, [])]
    assert shown == [(blocked["id"], None, ["practitioner_busy"]), *can]
    refused = all_of(desk, cast)
    assert (refusal(refused), rules(refused)) == ((409, "slot_taken"), ["practitioner_busy"])
    assert fingerprint() == before
    assert given(all_of(desk, cast, appointment_ids=[other["id"], visit["id"]])) == can
    assert Appointment.objects.filter(practitioner=cast.physio, revision=1).count() == 2
    assert Appointment.objects.get(practitioner=cast.ims).pk.hex == blocked["id"].replace("-", "")
    assert AuditEntry.objects.filter(action="appointment.reassigned").count() == 2


def test_nonsense_is_refused(cast: Cast, visit: dict[str, Any], desk: ApiClient) -> None:
    assert faults(all_of(desk, cast, until_at=at(cast, MON, "00:00").isoformat())) == {"/until_at": "invalid"}
    assert refusal(all_of(desk, cast, until_at=at(cast, FRI, week=9).isoformat())) == (400, "range_too_long")
    assert faults(all_of(desk, cast, to_practitioner_id=str(cast.ims.pk))) == {"/to_practitioner_id": "invalid"}
    unknown = str(cast.ims.pk)
    assert faults(all_of(desk, cast, appointment_ids=[visit["id"], unknown])) == {"/appointment_ids/1": "invalid"}
    assert refusal(all_of(desk, cast, whose=cast.langley_physio)) == (403, "permission_denied")
    assert refusal(all_of(desk, cast, to_practitioner_id=visit["id"])) == (404, "not_found")
    no_certificate = all_of(desk, cast, to_practitioner_id=str(cast.masseur.pk))
    assert refusal(no_certificate) == (422, "slot_not_bookable")


def test_visits_at_other_clinics_stay(cast: Cast, visit: dict[str, Any]) -> None:
    """Staff give away what is at their own clinic."""
    assert given(all_of(api(cast.desk_langley), cast, dry_run=True)) == []
    assert len(given(all_of(api(cast.owner), cast, dry_run=True))) == 1
