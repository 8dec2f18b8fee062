"""Tasks: opened once for each cause, listed to those concerned, assigned, completed."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import User
from backend.audit.models import AuditEntry
from backend.clinics.models import Clinic
from backend.common.db import constraint_of
from backend.events.models import DomainEvent
from backend.tasks.actions.open_tasks import NewTask, open_tasks
from backend.tasks.actions.settle_tasks import settle_tasks
from backend.tasks.enums import TaskKind
from backend.tasks.models import Task
from tests.api_client import ApiClient
from tests.cast import Cast
from tests.practitioners.calls import refusal, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast: Cast) -> ApiClient:
    return signed_in(cast.desk_coquitlam)


def add_task(cast: Cast, clinic: Clinic | None = None, *, key: str = "", days: int = 0, **facts: Any) -> Task:
    """A task at Coquitlam, due in so many days."""
    new: dict[str, Any] = {
        "kind": TaskKind.VISIT_UNRESOLVED,
        "text": "See to it.",
        "due_date": cast.now.date() + timedelta(days=days),
    }
    wanted = NewTask(clinic_id=(clinic or cast.coquitlam).pk, dedupe_key=key or str(uuid.uuid4()), **(new | facts))
    assert open_tasks(wanted=[wanted], reason="a test") == 1
    task: Task = Task.objects.get(dedupe_key=wanted.dedupe_key)
    return task


def listed(client: ApiClient, **query: Any) -> list[str]:
    return [one["id"] for one in client.get("/v1/tasks", query).json()["results"]]


def ids(*tasks: Task) -> list[str]:
    return [str(task.pk) for task in tasks]


def test_one_cause_opens_one_task_ever(cast: Cast) -> None:
    task = add_task(cast, key="the tap drips", patient_id=uuid.uuid4())
    again = NewTask(
        clinic_id=cast.langley.pk,
        kind=TaskKind.VISIT_UNRESOLVED,
        text="Again.",
        due_date=cast.now.date(),
        dedupe_key="the tap drips",
    )
    assert open_tasks(wanted=[again], reason="a test") == 0
    settle_tasks(task_ids=[task.pk], reason="a test")
    assert open_tasks(wanted=[again, again], reason="a test") == 0
    assert Task.objects.get().text == "See to it."
    assert [event.type for event in DomainEvent.objects.order_by("position")] == ["task.opened.v1", "task.completed.v1"]
    entries = AuditEntry.objects.filter(subject_id=task.pk).order_by("at", "id")
    assert [(one.action, one.actor_id, one.patient_id, one.reason) for one in entries] == [
        ("task.opened", None, task.patient_id, "a test"),
        ("task.completed", None, task.patient_id, "a test"),
    ]


@pytest.mark.parametrize("count", [1, 30])
def test_many_are_opened_and_settled_in_few_statements(cast: Cast, count: int) -> None:
    facts: dict[str, Any] = {
        "clinic_id": cast.coquitlam.pk,
        "kind": TaskKind.VISIT_UNRESOLVED,
        "due_date": cast.now.date(),
    }
    wanted = [NewTask(text=f"{n}", dedupe_key=f"{n}", **facts) for n in range(count)]
    with CaptureQueriesContext(connection) as opening:
        assert open_tasks(wanted=wanted, reason="a test") == count
    with CaptureQueriesContext(connection) as settling:
        assert settle_tasks(task_ids=list(Task.objects.values_list("pk", flat=True)), reason="a test") == count
    assert (len(opening), len(settling)) == (6, 8)


def test_the_most_pressing_comes_first_and_filters_narrow(cast: Cast, desk: ApiClient) -> None:
    later = add_task(cast, days=3)
    sooner = add_task(cast, days=1, kind=TaskKind.CREDENTIAL_EXPIRING)
    add_task(cast, cast.langley)
    assert listed(desk) == ids(sooner, later)
    assert listed(desk, kind="credential_expiring") == ids(sooner)
    assert listed(desk, clinic=str(cast.coquitlam.pk)) == ids(sooner, later)
    assert listed(desk, clinic=str(cast.langley.pk)) == []
    assert listed(desk, assignee=str(cast.desk_coquitlam.pk)) == []
    settle_tasks(task_ids=[sooner.pk], reason="a test")
    assert listed(desk, status="open") == ids(later)
    assert listed(desk, status="done") == ids(sooner)
    page = desk.get("/v1/tasks", {"limit": 1}).json()
    assert [one["id"] for one in page["results"]] == ids(sooner)
    assert listed(desk, limit=1, cursor=page["next_cursor"]) == ids(later)


def test_a_longer_list_costs_no_more(cast: Cast, desk: ApiClient) -> None:
    counts = []
    for _ in range(3):
        task = add_task(cast)
        Task.objects.filter(pk=task.pk).update(assignee=cast.desk_coquitlam)
        with CaptureQueriesContext(connection) as queries:
            listed(desk)
        counts.append(len(queries))
    assert counts == [2, 2, 2], "who calls, the rows"


def test_a_practitioner_sees_what_is_theirs(cast: Cast) -> None:
    practitioner = signed_in(cast.physio)
    about = add_task(cast, days=1, practitioner_id=cast.physio.pk)
    given = add_task(cast, days=2)
    Task.objects.filter(pk=given.pk).update(assignee=cast.physio.user)
    other = add_task(cast, practitioner_id=cast.ims.pk)
    assert listed(practitioner) == ids(about, given)
    assert practitioner.get(f"/v1/tasks/{other.pk}").status_code == 404
    assert practitioner.post(f"/v1/tasks/{other.pk}/complete").status_code == 404
    assert practitioner.post(f"/v1/tasks/{given.pk}/complete").status_code == 200


def test_a_practitioner_s_right_does_not_reach_tasks_about_nobody(cast: Cast) -> None:
    """Somebody with the role but without a file: nothing is not the same as nobody."""
    member = User.objects.create(email="role.only@example.test", given_name="A", family_name="B")
    member.memberships.create(clinic=cast.coquitlam, role="practitioner")
    add_task(cast)
    assert listed(ApiClient().as_(member)) == []


def test_assigning_says_who_and_tells(cast: Cast, desk: ApiClient) -> None:
    task = add_task(cast)
    seen = desk.get(f"/v1/tasks/{task.pk}").json()
    assert (seen["status"], seen["assignee_id"], seen["assignee_name"], seen["done_at"]) == ("open", None, None, None)
    manager = cast.manager_coquitlam
    answer = desk.post(f"/v1/tasks/{task.pk}/assign", {"assignee_id": str(manager.pk)}, if_match=seen["etag"])
    assert answer.status_code == 200
    body = answer.json()
    assert (body["assignee_id"], body["assignee_name"]) == (
        str(manager.pk),
        f"{manager.given_name} {manager.family_name}",
    )
    assert body == desk.get(f"/v1/tasks/{task.pk}").json()
    stale = desk.post(f"/v1/tasks/{task.pk}/assign", {"assignee_id": None}, if_match=seen["etag"])
    assert refusal(stale)[:2] == (412, "etag_mismatch")
    back = desk.post(f"/v1/tasks/{task.pk}/assign", {"assignee_id": None})
    assert back.json()["assignee_name"] is None
    unchanged = desk.post(f"/v1/tasks/{task.pk}/assign", {"assignee_id": None})
    assert unchanged.json()["etag"] == back.json()["etag"]
    assert DomainEvent.objects.filter(type="task.assigned.v1").count() == 2
    entries = AuditEntry.objects.filter(action="task.assigned").order_by("at", "id")
    assert [(one.actor_id, one.after["assignee_id"]) for one in entries] == [
        (cast.desk_coquitlam.pk, str(manager.pk)),
        (cast.desk_coquitlam.pk, None),
    ]


def test_only_who_works_there_can_be_given_a_task(cast: Cast, desk: ApiClient) -> None:
    task = add_task(cast)
    assert cast.patient.user
    for person in (cast.desk_langley, cast.patient.user):
        answer = desk.post(f"/v1/tasks/{task.pk}/assign", {"assignee_id": str(person.pk)})
        assert refusal(answer) == (400, "validation_failed", "/assignee_id", "invalid")
    assert desk.post(f"/v1/tasks/{task.pk}/assign", {}).status_code == 400
    assert desk.post(f"/v1/tasks/{task.pk}/assign", {"assignee_id": str(cast.owner.pk)}).status_code == 200


def test_who_can_be_given_a_task_is_listed(cast: Cast, desk: ApiClient) -> None:
    task = add_task(cast)
    path = f"/v1/tasks/{task.pk}/assignees"
    people = desk.get(path).json()["results"]
    there = {
        cast.owner,
        cast.manager_coquitlam,
        cast.desk_coquitlam,
        cast.ims.user,
        cast.physio.user,
        cast.masseur.user,
    }
    assert {one["id"] for one in people} == {str(user.pk) for user in there if user}
    assert [one["name"] for one in people] == sorted(one["name"] for one in people)
    roles = {one["id"]: one["roles"] for one in people}
    assert (roles[str(cast.owner.pk)], roles[str(cast.desk_coquitlam.pk)]) == (["owner"], ["front_desk"])
    for one in people:
        assert desk.post(f"/v1/tasks/{task.pk}/assign", {"assignee_id": one["id"]}).status_code == 200
    User.objects.filter(practitioner=cast.ims).update(is_active=False)
    assert str(cast.ims.user_id) not in [one["id"] for one in desk.get(path).json()["results"]]
    page = desk.get(path, {"limit": 2}).json()
    assert len(desk.get(path, {"limit": 100, "cursor": page["next_cursor"]}).json()["results"]) == 3


def test_what_nobody_has_yet_and_what_is_urgent_can_be_asked_for(cast: Cast, desk: ApiClient) -> None:
    plain, urgent = add_task(cast), add_task(cast, is_urgent=True, days=1)
    desk.post(f"/v1/tasks/{plain.pk}/assign", {"assignee_id": str(cast.owner.pk)})
    assert listed(desk, is_assigned="false") == listed(desk, is_urgent="true") == ids(urgent)
    assert listed(desk, is_assigned="true") == listed(desk, is_urgent="false") == ids(plain)


def test_completing_says_who_and_when_and_happens_once(cast: Cast, desk: ApiClient) -> None:
    task = add_task(cast)
    body = desk.post(f"/v1/tasks/{task.pk}/complete", key="k").json()
    assert (body["status"], body["done_by_id"]) == ("done", str(cast.desk_coquitlam.pk))
    assert body["done_by_name"]
    assert body["done_at"]
    assert desk.post(f"/v1/tasks/{task.pk}/complete", key="k").json() == body
    for path, sent in (("complete", None), ("assign", {"assignee_id": None})):
        answer = desk.post(f"/v1/tasks/{task.pk}/{path}", sent)
        assert refusal(answer)[:2] == (409, "invalid_transition")
    assert desk.post(f"/v1/tasks/{task.pk}/complete", if_match='"1-0123456789abcdef"').status_code == 412
    assert AuditEntry.objects.filter(action="task.completed").count() == 1
    settle_tasks(task_ids=[task.pk], reason="a test")
    assert str(Task.objects.get().done_by_id) == body["done_by_id"]


BROKEN = {
    "task_is_opened_once": {"dedupe_key": "taken"},
    "task_kind_is_known": {"kind": "odd"},
    "task_status_is_known": {"status": "odd"},
    "task_is_done_at_a_time": {"status": "done"},
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_table_refuses_nonsense(cast: Cast, name: str) -> None:
    task = add_task(cast)
    add_task(cast, key="taken")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Task.objects.filter(pk=task.pk).update(**BROKEN[name])
    assert constraint_of(refused.value) == name
