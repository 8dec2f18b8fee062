"""Where the operations of this app are found, below `/v1/`."""

from backend.common.http.routes import route
from backend.patients.api import consents, guardians, screenings
from backend.patients.api.my_patients import (
    ClaimPatient,
    CreateDependant,
    GetMyPatient,
    ListMyPatients,
    UpdateMyPatient,
)
from backend.patients.api.patients import CreatePatient, GetPatient, ListPatients, LookUpPatient, UpdatePatient
from backend.patients.api.views import ConfirmEmailChange, GetMe, Register, UpdateMe

_PATIENT = "patients/<uuid:patient_id>"
_GUARDIANSHIP = "guardianships/<uuid:guardianship_id>"

urlpatterns = [
    route("auth/register", post=Register),
    route("auth/email/confirm", post=ConfirmEmailChange),
    route("me", get=GetMe, patch=UpdateMe),
    route("me/patients", get=ListMyPatients, post=CreateDependant),
    route("me/patients/claim", post=ClaimPatient),
    route("me/patients/<uuid:patient_id>", get=GetMyPatient, patch=UpdateMyPatient),
    route("patients", get=ListPatients, post=CreatePatient),
    route("patients/lookup", post=LookUpPatient),
    route(_PATIENT, get=GetPatient, patch=UpdatePatient),
    route(f"{_PATIENT}/guardians", get=guardians.ListGuardians),
    route(f"{_PATIENT}/guardian-invitations", post=guardians.CreateGuardianInvitation),
    route("guardianships/accept", post=guardians.AcceptGuardianInvitation),
    route(_GUARDIANSHIP, get=guardians.GetGuardianship, patch=guardians.UpdateGuardianship),
    route(f"{_GUARDIANSHIP}/end", post=guardians.EndGuardianship),
    route("screening-questionnaires/current", get=screenings.GetScreeningQuestionnaire),
    route(
        "screening-questionnaires",
        get=screenings.ListScreeningQuestionnaires,
        post=screenings.CreateScreeningQuestionnaire,
    ),
    route(f"{_PATIENT}/screenings", get=screenings.ListScreenings, post=screenings.CreateScreening),
    route("screenings/<uuid:screening_id>", get=screenings.GetScreening),
    route("services/<uuid:service_id>/consent-text", get=consents.GetConsentText),
    route("services/<uuid:service_id>/consent-texts", post=consents.CreateConsentText),
    route(f"{_PATIENT}/consents", get=consents.ListConsents, post=consents.CreateConsent),
    route("consents/<uuid:consent_id>", get=consents.GetConsent),
    route("consents/<uuid:consent_id>/revoke", post=consents.RevokeConsent),
]
