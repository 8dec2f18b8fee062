"""Where the operations of this app are found, below `/v1/`."""

from backend.common.http.routes import route
from backend.practitioners.api import (
    credential_views,
    exception_views,
    file_views,
    hour_views,
    offering_views,
    question_views,
    upload_views,
)
from backend.practitioners.api.views import GetPractitioner, ListPractitioners

_ONE = "practitioners/<uuid:practitioner_id>"

urlpatterns = [
    route("practitioners", get=ListPractitioners, post=file_views.CreatePractitioner),
    route(_ONE, get=GetPractitioner, patch=file_views.UpdatePractitioner),
    route(f"{_ONE}/file", get=file_views.GetPractitionerFile),
    route("clinics/<uuid:clinic_id>/practitioners", get=file_views.ListClinicPractitioners),
    route(
        f"{_ONE}/clinics/<uuid:clinic_id>",
        put=file_views.PutPractitionerClinic,
        delete=file_views.DeletePractitionerClinic,
    ),
    route(
        f"{_ONE}/photo",
        get=upload_views.GetPractitionerPhoto,
        post=upload_views.SetPractitionerPhoto,
        delete=upload_views.DeletePractitionerPhoto,
    ),
    route(f"{_ONE}/offerings", get=offering_views.ListOfferings, post=offering_views.CreateOffering),
    route("offerings/<uuid:offering_id>", get=offering_views.GetOffering, delete=offering_views.DeleteOffering),
    route(f"{_ONE}/credentials", get=credential_views.ListCredentials, post=credential_views.CreateCredential),
    route("services/<uuid:service_id>/questions", post=question_views.CreateServiceQuestions),
    route("credentials", get=credential_views.ListExpiringCredentials),
    route(
        "credentials/<uuid:credential_id>",
        get=credential_views.GetCredential,
        patch=credential_views.UpdateCredential,
    ),
    route("credentials/<uuid:credential_id>/verify", post=credential_views.VerifyCredential),
    route("credentials/<uuid:credential_id>/revoke", post=credential_views.RevokeCredential),
    route(
        "credentials/<uuid:credential_id>/evidence",
        get=upload_views.GetCredentialEvidence,
        post=upload_views.AddCredentialEvidence,
    ),
    route(f"{_ONE}/working-hours", get=hour_views.ListWorkingHours, post=hour_views.CreateWorkingHours),
    route(
        "working-hours/<uuid:hours_id>",
        get=hour_views.GetWorkingHours,
        patch=hour_views.UpdateWorkingHours,
        delete=hour_views.DeleteWorkingHours,
    ),
    route(f"{_ONE}/extra-hours", get=exception_views.ListExtraHours, post=exception_views.CreateExtraHours),
    route("extra-hours/<uuid:hours_id>", get=exception_views.GetExtraHours, delete=exception_views.DeleteExtraHours),
    route(f"{_ONE}/time-off", get=exception_views.ListTimeOff, post=exception_views.CreateTimeOff),
    route(
        "time-off/<uuid:time_off_id>",
        get=exception_views.GetTimeOff,
        patch=exception_views.UpdateTimeOff,
        delete=exception_views.DeleteTimeOff,
    ),
]
