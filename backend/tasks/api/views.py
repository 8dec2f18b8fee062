"""Tasks: list, read, assign, complete."""

import uuid

from backend.audit.reading import note_reading
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, IfMatch, Operation, Reply
from backend.common.http.serializers import PageQuery, page_of
from backend.common.permissions import Permission
from backend.tasks.actions.assign_task import assign_task
from backend.tasks.actions.complete_task import complete_task
from backend.tasks.api.shapes import AssignTaskRequest, Task, TaskAssignee, TaskQuery
from backend.tasks.errors import TaskDone
from backend.tasks.queries import assignable_to, get_task_for, list_tasks


class ListTasks(Operation):
    """List tasks.

    What there is to see to, what is due first at the top: for front desks and managers that of their clinics, for
    practitioners what is given to them or about them. `status=open` is the to-do list.
    """

    permission = Permission.TASK_READ
    query = TaskQuery
    returns = page_of(Task)

    def handle(self, call: Call) -> Reply:
        """Staff."""
        asked = call.query
        rows = list_tasks(
            call.actor,
            clinic_ids=asked.get("clinic", ()),
            kinds=asked.get("kind", ()),
            status=asked.get("status"),
            **{name: asked.get(name) for name in ("is_assigned", "is_urgent")},
            assignee_id=asked.get("assignee"),
        )
        reply = paginate(call, rows, order=["due_date", "id"])
        note_reading(call.actor, "task.listed", patient_ids=[task.patient_id for task in reply.data["results"]])
        return reply


class GetTask(Operation):
    """Read one task.

    As listTasks shows it.
    """

    permission = Permission.TASK_READ
    returns = Task

    def handle(self, call: Call, task_id: uuid.UUID) -> Reply:
        """Staff of the clinic; a practitioner's own."""
        task = get_task_for(call.actor, task_id)
        note_reading(call.actor, "task.read", patient_ids=[task.patient_id], clinic_id=task.clinic_id)
        return Reply(task)


class ListTaskAssignees(Operation):
    """List who can be given a task.

    Those who work at the clinic of the task, and the owners of the chain, by name.
    """

    permission = Permission.TASK_MANAGE
    query = PageQuery
    returns = page_of(TaskAssignee)

    def handle(self, call: Call, task_id: uuid.UUID) -> Reply:
        """Staff of the clinic; a practitioner's own."""
        task = get_task_for(call.actor, task_id, Permission.TASK_MANAGE)
        return paginate(call, assignable_to(task), order=["family_name", "given_name", "id"])


class AssignTask(Operation):
    """Say who is to do a task.

    One of listTaskAssignees: somebody who works at the clinic of the task, or an owner; null gives it back to everybody
    there. Others may still complete it. A task that is done stays with who had it.
    """

    permission = Permission.TASK_MANAGE
    accepts = AssignTaskRequest
    returns = Task
    if_match = IfMatch.OPTIONAL
    raises = (TaskDone,)

    def handle(self, call: Call, task_id: uuid.UUID) -> Reply:
        """Staff of the clinic; a practitioner's own."""
        seen = call.expected_version
        task = assign_task(call.actor, task_id=task_id, assignee_id=call.body["assignee_id"], expected_version=seen)
        return Reply(task)


class CompleteTask(Operation):
    """Mark a task as done.

    By whoever calls. It cannot be opened again, and its cause opens no second one.
    """

    permission = Permission.TASK_MANAGE
    returns = Task
    if_match = IfMatch.OPTIONAL
    raises = (TaskDone,)

    def handle(self, call: Call, task_id: uuid.UUID) -> Reply:
        """Staff of the clinic; a practitioner's own."""
        return Reply(complete_task(call.actor, task_id=task_id, expected_version=call.expected_version))
