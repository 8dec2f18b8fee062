"""How patients are after a session: when they are asked, who may know it, and what follows (D18, D21)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, connection, transaction
from procrastinate.contrib.django import app

from backend.appointments.models import Appointment
from backend.audit.models import AuditEntry
from backend.care.models import CheckIn, CheckInCall
from backend.common.db import constraint_of
from backend.common.models import IdempotencyReceipt
from backend.events.models import DomainEvent
from backend.patients.models import PatientClinic
from backend.tasks.models import Task
from tests.api_client import ApiClient
from tests.appointments.calls import api, faults, made, refusal, travel
from tests.care.sessions import check_ins_of, how, session_of
from tests.cast import Cast
from tests.clinics.test_setup_races import at_once

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def visit(cast: Cast) -> Appointment:
    """A session of yesterday, just over a day ago."""
    return session_of(cast, ended=25 * HOUR)


def go_round() -> None:
    app.tasks["care.call_for_check_ins"].func(timestamp=0)


def states(client: ApiClient, visit: Appointment) -> list[str]:
    return [one["state"] for one in client.get(check_ins_of(visit)).json()["results"]]


def test_the_patient_says_how_they_are_at_both_points(cast: Cast, visit: Appointment) -> None:
    client = api(cast.cleared)
    assert states(client, visit) == ["open", "upcoming"]
    answer = made(client.post(check_ins_of(visit), how(soreness=6, is_light_headed=True)))
    said = {name: answer[name] for name in ("soreness", "is_light_headed", "alarms", "is_alarming", "answered_by")}
    assert said == {
        "soreness": 6,
        "is_light_headed": True,
        "alarms": [],
        "is_alarming": False,
        "answered_by": "patient",
    }
    assert answer["clinic_phone"] == str(cast.coquitlam.phone)
    assert "cool compress" in answer["what_to_do"]
    travel(by=24 * HOUR)
    client = api(cast.cleared)
    assert states(client, visit) == ["answered", "open"]
    second = made(client.post(check_ins_of(visit), how("after_48_hours")))
    assert second["what_to_do"].startswith("Thank you. Soreness")
    [first, _] = client.get(check_ins_of(visit)).json()["results"]
    assert (first["soreness"], first["is_light_headed"], first["is_redacted"]) == (6, True, False)
    assert first["opens_at"].endswith(("-07:00", "-08:00"))
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        (23, ["upcoming", "upcoming"]),
        (24, ["open", "upcoming"]),
        (47, ["open", "upcoming"]),
        (49, ["missed", "open"]),
        (95, ["missed", "open"]),
        (97, ["missed", "missed"]),
    ],
)
def test_each_point_has_its_time(cast: Cast, ended: int, expected: list[str]) -> None:
    visit, client = session_of(cast, ended=ended * HOUR), api(cast.cleared)
    assert states(client, visit) == expected
    for point, state in zip(("after_24_hours", "after_48_hours"), expected, strict=True):
        answer = client.post(check_ins_of(visit), how(point))
        if state == "open":
            assert made(answer)["point"] == point
        else:
            assert refusal(answer) == (422, "check_in_not_due")
            told = answer.json()
            assert told["clinic_phone"] == str(cast.coquitlam.phone)
            [window] = [one for one in client.get(check_ins_of(visit)).json()["results"] if one["point"] == point]
            assert (told["opens_at"], told["closes_at"]) == (window["opens_at"], window["closes_at"])


@pytest.mark.parametrize(("status", "needles"), [("completed", False), ("no_show", True), ("cancelled", True)])
def test_nobody_is_asked_after_no_needles(cast: Cast, status: str, needles: bool) -> None:
    service = cast.ims_treatment if needles else cast.physio_follow_up
    visit = session_of(cast, ended=25 * HOUR, service=service, status=status)
    client = api(cast.cleared)
    assert states(client, visit) == []
    refused = client.post(check_ins_of(visit), how())
    assert (refusal(refused), refused.json()["opens_at"]) == ((422, "check_in_not_due"), None)


def test_each_point_is_answered_once(cast: Cast, visit: Appointment) -> None:
    client = api(cast.cleared)
    made(client.post(check_ins_of(visit), how()))
    assert refusal(client.post(check_ins_of(visit), how(soreness=9))) == (409, "already_exists")
    assert CheckIn.objects.get().soreness == 2


def test_an_alarming_answer_opens_one_urgent_task_that_says_nothing_of_it(cast: Cast, visit: Appointment) -> None:
    alarming = how(alarms=["short_of_breath", "fever", "fever"])
    answer = made(api(cast.cleared).post(check_ins_of(visit), alarming))
    assert (answer["is_alarming"], answer["alarms"]) == (True, ["fever", "short_of_breath"])
    assert (answer["clinic_phone"], "call the clinic now" in answer["what_to_do"]) == ("+16045550100", True)
    [task] = Task.objects.all()
    about = (task.kind, task.is_urgent, task.clinic_id, task.practitioner_id, task.patient_id, task.appointment_id)
    assert about == ("check_in_review", True, cast.coquitlam.pk, cast.ims.pk, cast.cleared.pk, visit.pk)
    assert "breath" not in task.text
    assert api(cast.desk_coquitlam).get("/v1/tasks").json()["results"][0]["id"] == str(task.pk)
    travel(by=24 * HOUR)
    made(api(cast.cleared).post(check_ins_of(visit), how("after_48_hours", alarms=["other"])))
    assert Task.objects.filter(kind="check_in_review").count() == 2
    sinks = [
        *DomainEvent.objects.values_list("payload", flat=True),
        *AuditEntry.objects.values_list("after", flat=True),
    ]
    assert not any(word in str(sinks) for word in ("breath", "fever", "soreness", "alarm", "light_headed"))


def test_a_french_patient_is_told_in_french(cast: Cast, visit: Appointment) -> None:
    french = {"Accept-Language": "fr"}
    client = api(cast.cleared)
    answer = made(client.post(check_ins_of(visit), how(alarms=["fainting"]), headers=french))
    assert answer["what_to_do"].startswith("Appelez la clinique maintenant")


def test_who_looks_after_a_patient_answers_and_the_clinic_for_who_called(cast: Cast) -> None:
    visit = session_of(cast, ended=25 * HOUR, patient=cast.child)
    client = api(cast.parent)
    assert made(client.post(check_ins_of(visit), how()))["answered_by"] == "guardian"
    assert client.get(check_ins_of(visit)).json()["results"][0]["soreness"] == 2
    travel(by=24 * HOUR)
    desk = api(cast.desk_coquitlam)
    entered = made(desk.post(check_ins_of(visit), how("after_48_hours", soreness=8)))
    assert (entered["answered_by"], entered["soreness"]) == ("staff", 8)
    for who in (cast.patient, cast.other_parent, cast.desk_langley, cast.physio, cast.toronto_ims):
        assert refusal(api(who).get(check_ins_of(visit))) == (404, "not_found")
        assert refusal(api(who).post(check_ins_of(visit), how())) == (404, "not_found")


def test_the_desk_sees_whether_and_who_treats_sees_what(cast: Cast, visit: Appointment) -> None:
    made(api(cast.cleared).post(check_ins_of(visit), how(soreness=7, alarms=["fever"])))
    for who in (cast.desk_coquitlam, cast.manager_coquitlam, cast.owner):
        [seen, _] = api(who).get(check_ins_of(visit)).json()["results"]
        assert (seen["state"], seen["is_redacted"]) == ("answered", True)
        assert (seen["soreness"], seen["is_light_headed"], seen["alarms"]) == (None, None, [])
    [seen, _] = api(cast.ims).get(check_ins_of(visit)).json()["results"]
    assert (seen["is_redacted"], seen["soreness"], seen["alarms"]) == (False, 7, ["fever"])
    entries = AuditEntry.objects.filter(action="check_in.read").order_by("pk")
    assert [(one.actor_id, one.after["with_answers"], one.purpose) for one in entries] == [
        (cast.desk_coquitlam.pk, False, "booking"),
        (cast.manager_coquitlam.pk, False, "booking"),
        (cast.owner.pk, False, "booking"),
        (cast.ims.user_id, True, "care"),
    ]
    assert {one.patient_id for one in entries} == {cast.cleared.pk}


def test_a_replay_is_rendered_again_and_not_stored(cast: Cast, visit: Appointment) -> None:
    client = api(cast.cleared)
    first = made(client.post(check_ins_of(visit), how(alarms=["fever"]), key="k"))
    again = client.post(check_ins_of(visit), how(alarms=["fever"]), key="k")
    assert (again.headers["Idempotent-Replayed"], again.json()) == ("true", first)
    assert IdempotencyReceipt.objects.get().body is None
    assert (CheckIn.objects.count(), Task.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (how(soreness=11), {"/soreness": "too_large"}),
        (how(alarms=["odd"]), {"/alarms/0": "not_a_choice"}),
        (how("tomorrow"), {"/point": "not_a_choice"}),
        ({"point": "after_24_hours"}, {"/soreness": "required", "/is_light_headed": "required"}),
    ],
)
def test_bad_answers_are_told_apart(cast: Cast, visit: Appointment, body: Any, fault: Any) -> None:
    assert faults(api(cast.cleared).post(check_ins_of(visit), body)) == fault


def test_a_point_that_comes_due_is_told_of_once_and_who_answers_none_is_called(cast: Cast) -> None:
    visit = session_of(cast, ended=23 * HOUR)
    session_of(cast, ended=25 * HOUR, patient=cast.patient, service=cast.physio_follow_up)
    due = DomainEvent.objects.filter(type="check_in.due.v1").order_by("position")
    go_round()
    assert not due.exists()
    for hours, points in ((2, 1), (22, 1), (2, 2)):
        travel(by=hours * HOUR)
        for _ in range(2):
            go_round()
            assert due.count() == points
    assert [event.payload["point"] for event in due] == ["after_24_hours", "after_48_hours"]
    assert {(event.subject_id, event.payload["patient_id"]) for event in due} == {(visit.pk, str(cast.cleared.pk))}
    assert not Task.objects.exists()
    travel(by=48 * HOUR)
    for _ in range(2):
        go_round()
    [task] = Task.objects.all()
    assert (task.kind, task.is_urgent, task.appointment_id) == ("check_in_missed", False, visit.pk)


def test_who_answered_once_is_not_called(cast: Cast, visit: Appointment) -> None:
    go_round()
    made(api(cast.cleared).post(check_ins_of(visit), how()))
    travel(by=96 * HOUR)
    go_round()
    assert not Task.objects.exists()


def test_what_was_answered_stays(cast: Cast, visit: Appointment) -> None:
    made(api(cast.cleared).post(check_ins_of(visit), how()))
    for statement in ("UPDATE care_checkin SET soreness = 0", "DELETE FROM care_checkin"):
        with pytest.raises(Error) as refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert constraint_of(refused.value) == "care_checkin_is_append_only"
    row = CheckIn.objects.get()
    odd: list[dict[str, Any]] = [{"soreness": 11}, {"alarms": ["odd"]}, {"alarms": {}}]
    for values in odd:
        facts = {"soreness": 1, "alarms": [], **values}
        with pytest.raises(Error) as refused, transaction.atomic():
            CheckIn.objects.create(
                appointment=visit,
                point="after_48_hours",
                is_light_headed=False,
                answered_at=row.answered_at,
                answered_by=row.answered_by,
                party="patient",
                **facts,
            )
        assert (constraint_of(refused.value) or "").startswith("check_in_")


def test_a_patient_of_two_clinics_is_no_patient_of_the_others_desk(cast: Cast, visit: Appointment) -> None:
    PatientClinic.objects.create(patient=cast.cleared, clinic=cast.langley, origin="desk")
    assert refusal(api(cast.desk_langley).get(check_ins_of(visit))) == (404, "not_found")


class TestAtOnce:
    """Two phones answer the same check-in at the same moment."""

    pytestmark = pytest.mark.django_db(transaction=True)

    def answers(self, cast: Cast) -> list[int]:
        visit = session_of(cast, ended=25 * HOUR)
        clients = [api(cast.cleared) for _ in range(6)]
        body = how(alarms=["fever"])
        return at_once(*[lambda client=client: client.post(check_ins_of(visit), body) for client in clients])

    def test_one_is_kept_and_one_task_opened(self, cast: Cast) -> None:
        assert self.answers(cast) == [201, *[409] * 5]
        assert (CheckIn.objects.count(), Task.objects.count()) == (1, 1)

    def test_without_the_constraint_several_are_kept(self, cast: Cast) -> None:
        """The race is real: it is the constraint that lets one in."""
        drop = "ALTER TABLE care_checkin DROP CONSTRAINT check_in_is_answered_once"
        keep = "ALTER TABLE care_checkin ADD CONSTRAINT check_in_is_answered_once UNIQUE (appointment_id, point)"
        with connection.cursor() as cursor:
            cursor.execute(drop)
        try:
            assert self.answers(cast).count(201) > 1
            assert Task.objects.count() == 1, "the task has a guard of its own"
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE care_checkin DISABLE TRIGGER USER")
                cursor.execute("DELETE FROM care_checkin")
                cursor.execute("ALTER TABLE care_checkin ENABLE TRIGGER USER")
                cursor.execute(keep)

    def test_two_rounds_tell_once(self, cast: Cast) -> None:
        session_of(cast, ended=25 * HOUR)

        class Round:
            status_code = 200

        def round_() -> Round:
            go_round()
            return Round()

        at_once(*[round_] * 4)
        assert CheckInCall.objects.count() == 1
        assert DomainEvent.objects.filter(type="check_in.due.v1").count() == 1
