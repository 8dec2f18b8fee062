"""Where the operations of this app are found, below `/v1/`."""

from backend.care.api import advice, check_ins, records, screenings
from backend.common.http.routes import route

_VISIT = "appointments/<uuid:appointment_id>"
_RECORD = f"{_VISIT}/session-record"

urlpatterns = [
    route("screenings/<uuid:screening_id>/clear", post=screenings.ClearScreening),
    route(_RECORD, get=records.GetSessionRecord, post=records.CreateSessionRecord, patch=records.UpdateSessionRecord),
    route(f"{_RECORD}/sign", post=records.SignSessionRecord),
    route(f"{_RECORD}/amend", post=records.AmendSessionRecord),
    route(f"{_VISIT}/advice", get=advice.GetAdvice),
    route(f"{_VISIT}/check-ins", get=check_ins.ListCheckIns, post=check_ins.CreateCheckIn),
    route(
        "clinics/<uuid:clinic_id>/advice-templates",
        get=advice.ListAdviceTemplates,
        post=advice.CreateAdviceTemplate,
    ),
    route("advice-templates/<uuid:template_id>/approve", post=advice.ApproveAdviceTemplate),
    route("advice-templates/<uuid:template_id>/activate", post=advice.ActivateAdviceTemplate),
]
