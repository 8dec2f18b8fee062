"""Where the operations of this app are found, below `/v1/`."""

from backend.clinics.api.views import GetClinic, GetService, ListClinics, ListServices
from backend.common.http.routes import route

urlpatterns = [
    route("clinics", get=ListClinics),
    route("clinics/<uuid:clinic_id>", get=GetClinic),
    route("services", get=ListServices),
    route("services/<uuid:service_id>", get=GetService),
]
