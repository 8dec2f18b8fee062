"""Where the operations of this app are found, below `/v1/`."""

from backend.care.api import records, screenings
from backend.common.http.routes import route

_RECORD = "appointments/<uuid:appointment_id>/session-record"

urlpatterns = [
    route("screenings/<uuid:screening_id>/clear", post=screenings.ClearScreening),
    route(_RECORD, get=records.GetSessionRecord, post=records.CreateSessionRecord, patch=records.UpdateSessionRecord),
    route(f"{_RECORD}/sign", post=records.SignSessionRecord),
    route(f"{_RECORD}/amend", post=records.AmendSessionRecord),
]
