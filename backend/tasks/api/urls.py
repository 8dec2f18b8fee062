"""Where the operations of this app are found, below `/v1/`."""

from backend.common.http.routes import route
from backend.tasks.api import views

urlpatterns = [
    route("tasks", get=views.ListTasks),
    route("tasks/<uuid:task_id>", get=views.GetTask),
    route("tasks/<uuid:task_id>/assignees", get=views.ListTaskAssignees),
    route("tasks/<uuid:task_id>/assign", post=views.AssignTask),
    route("tasks/<uuid:task_id>/complete", post=views.CompleteTask),
]
