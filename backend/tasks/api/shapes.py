"""What tasks look like."""

from typing import Any

from backend.clinics.enums import Role
from backend.common.http import fields
from backend.common.http.serializers import PageQuery, StrictSerializer, VersionedSerializer
from backend.tasks.enums import TaskKind, TaskStatus


class TaskQuery(PageQuery):
    """Which tasks to list; filters narrow what the caller may see."""

    clinic = fields.ListField(
        child=fields.UUIDField(help_text="The id of a clinic."),
        required=False,
        max_length=50,
        help_text="Only tasks of these clinics; repeat the parameter. None means all of the caller's.",
    )
    status = fields.ChoiceField(TaskStatus, required=False, help_text="Only tasks that stand so; none means both.")
    kind = fields.ListField(
        child=fields.ChoiceField(TaskKind, help_text="A kind of task."),
        required=False,
        max_length=len(TaskKind),
        help_text="Only tasks of these kinds; repeat the parameter.",
    )
    assignee = fields.UUIDField(required=False, help_text="Only tasks given to this account, as `id` of getMe.")
    is_assigned = fields.BooleanField(
        required=False, help_text="False: only tasks that are given to nobody; true: only those given to somebody."
    )
    is_urgent = fields.BooleanField(
        required=False, help_text="True: only what should be seen to before all else; false: only the rest."
    )


class AssignTaskRequest(StrictSerializer):
    """Who is to do the task."""

    assignee_id = fields.UUIDField(
        allow_null=True, help_text="The account, one of listTaskAssignees; null gives the task to nobody."
    )


class TaskAssignee(StrictSerializer):
    """Somebody who can be given a task."""

    id = fields.UUIDField(help_text="The account; `assignee_id` of assignTask, and `id` of getMe.")
    name = fields.CharField(max_length=201, help_text="Given and family name, as colleagues know the person.")
    roles = fields.ListField(
        child=fields.ChoiceField(Role), max_length=10, help_text="What the person is at the clinic of the task."
    )

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """With the roles held there."""
        return {"id": instance.pk, "name": _name(instance), "roles": [one.role for one in instance.there]}


class Task(VersionedSerializer):
    """Something to see to. What it is about is named by ids, those that do not apply are null."""

    id = fields.UUIDField(help_text="The task; stays the same for its whole life.")
    clinic_id = fields.UUIDField(help_text="The clinic whose people are to see to it.")
    kind = fields.ChoiceField(TaskKind, help_text="What there is to do; apps show their own words for it.")
    text = fields.CharField(max_length=300, help_text="The same for people, in English, with dates and names.")
    due_date = fields.DateField(help_text="The date at the clinic by which it should be done.")
    is_urgent = fields.BooleanField(help_text="True for what should be seen to before all else.")
    status = fields.ChoiceField(TaskStatus, help_text="Whether it is still to be done; a task that is done stays so.")
    assignee_id = fields.UUIDField(allow_null=True, help_text="The account that is to do it; null means anybody there.")
    assignee_name = fields.CharField(
        allow_null=True, max_length=201, help_text="The name of the person who is to do it; null with `assignee_id`."
    )
    done_by_id = fields.UUIDField(
        allow_null=True, help_text="The account that did it; null while open, and when it settled by itself."
    )
    done_by_name = fields.CharField(
        allow_null=True, max_length=201, help_text="The name of the person who did it; null with `done_by_id`."
    )
    done_at = fields.DateTimeField(allow_null=True, help_text="When it was done; null while it is open.")
    appointment_id = fields.UUIDField(allow_null=True, help_text="The visit it is about, if it is about one.")
    patient_id = fields.UUIDField(allow_null=True, help_text="The patient it is about, if it is about one.")
    practitioner_id = fields.UUIDField(allow_null=True, help_text="The practitioner it is about, if it is about one.")
    credential_id = fields.UUIDField(allow_null=True, help_text="The credential it is about, if it is about one.")
    created_at = fields.DateTimeField(help_text="When the task was opened, by the clock of the server.")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """With the names of people."""
        instance.assignee_name = instance.assignee and _name(instance.assignee)
        instance.done_by_name = instance.done_by and _name(instance.done_by)
        return super().to_representation(instance)


def _name(user: Any) -> str:
    return f"{user.given_name} {user.family_name}"
