"""Where the operations of this app are found, below `/v1/`."""

from backend.common.http.routes import route
from backend.patients.api.my_patients import CreateDependant, GetMyPatient, ListMyPatients, UpdateMyPatient
from backend.patients.api.patients import CreatePatient, GetPatient, ListPatients, LookUpPatient, UpdatePatient
from backend.patients.api.views import GetMe, Register, UpdateMe

urlpatterns = [
    route("auth/register", post=Register),
    route("me", get=GetMe, patch=UpdateMe),
    route("me/patients", get=ListMyPatients, post=CreateDependant),
    route("me/patients/<uuid:patient_id>", get=GetMyPatient, patch=UpdateMyPatient),
    route("patients", get=ListPatients, post=CreatePatient),
    route("patients/lookup", post=LookUpPatient),
    route("patients/<uuid:patient_id>", get=GetPatient, patch=UpdatePatient),
]
