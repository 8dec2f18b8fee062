"""What happens to tasks, as events: ids only (D11). `subject_id` is the task."""

from dataclasses import dataclass
from typing import ClassVar

from backend.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEvent(Event):
    kind: str


class TaskOpened(TaskEvent):
    type: ClassVar[str] = "task.opened.v1"


class TaskAssigned(TaskEvent):
    type: ClassVar[str] = "task.assigned.v1"


class TaskCompleted(TaskEvent):
    type: ClassVar[str] = "task.completed.v1"
