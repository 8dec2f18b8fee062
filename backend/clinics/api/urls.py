"""Where the operations of this app are found, below `/v1/`."""

from backend.clinics.api import (
    api_key_views,
    hour_views,
    invitation_views,
    member_views,
    place_views,
    service_setup_views,
)
from backend.clinics.api.views import GetClinic, GetService, ListClinics, ListServices
from backend.common.http.routes import route

_CLINIC = "clinics/<uuid:clinic_id>"

urlpatterns = [
    route("clinics", get=ListClinics, post=place_views.CreateClinic),
    route(_CLINIC, get=GetClinic, patch=place_views.UpdateClinic),
    route(f"{_CLINIC}/policy", get=place_views.GetClinicPolicy, patch=place_views.UpdateClinicPolicy),
    route(f"{_CLINIC}/rooms", get=place_views.ListRooms, post=place_views.CreateRoom),
    route("rooms/<uuid:room_id>", get=place_views.GetRoom, patch=place_views.UpdateRoom),
    route(f"{_CLINIC}/opening-hours", get=hour_views.ListOpeningHours, post=hour_views.CreateOpeningHours),
    route(
        "opening-hours/<uuid:hours_id>",
        get=hour_views.GetOpeningHours,
        patch=hour_views.UpdateOpeningHours,
        delete=hour_views.DeleteOpeningHours,
    ),
    route(f"{_CLINIC}/closures", get=hour_views.ListClosures, post=hour_views.CreateClosure),
    route("closures", post=hour_views.CloseProvince),
    route(
        "closures/<uuid:closure_id>",
        get=hour_views.GetClosure,
        patch=hour_views.UpdateClosure,
        delete=hour_views.DeleteClosure,
    ),
    route(f"{_CLINIC}/services", get=service_setup_views.ListClinicServices),
    route(f"{_CLINIC}/services/<uuid:service_id>", put=service_setup_views.PutClinicService),
    route(f"{_CLINIC}/members", get=member_views.ListMembers, post=member_views.CreateMember),
    route(
        f"{_CLINIC}/member-invitations",
        get=invitation_views.ListMemberInvitations,
        post=invitation_views.CreateMemberInvitation,
    ),
    route("members/invitations/<uuid:invitation_id>", delete=invitation_views.WithdrawMemberInvitation),
    route("members/accept", post=invitation_views.AcceptMemberInvitation),
    route(
        "members/<uuid:member_id>",
        get=member_views.GetMember,
        patch=member_views.UpdateMember,
        delete=member_views.DeleteMember,
    ),
    route("api-keys", get=api_key_views.ListApiKeys, post=api_key_views.CreateApiKey),
    route("api-keys/<uuid:api_key_id>", get=api_key_views.GetApiKey, delete=api_key_views.RevokeApiKey),
    route("services", get=ListServices, post=service_setup_views.CreateService),
    route("services/<uuid:service_id>", get=GetService, patch=service_setup_views.UpdateService),
]
