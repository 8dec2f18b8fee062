"""Where the operations of this app are found, below `/v1/`."""

from backend.care.api import screenings
from backend.common.http.routes import route

urlpatterns = [
    route("screenings/<uuid:screening_id>/clear", post=screenings.ClearScreening),
]
