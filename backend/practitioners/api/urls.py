"""Where the operations of this app are found, below `/v1/`."""

from backend.common.http.routes import route
from backend.practitioners.api.views import GetPractitioner, ListPractitioners

urlpatterns = [
    route("practitioners", get=ListPractitioners),
    route("practitioners/<uuid:practitioner_id>", get=GetPractitioner),
]
