"""Who looks after a duplicate gets nothing of the survivor by a merge, and nothing back by its reversal."""

from datetime import date
from typing import Any

import pytest

from backend.accounts.enums import InvitationPurpose
from backend.accounts.links import make_token
from backend.accounts.models import User
from backend.patients.models import Consent, GuardianInvitation, Guardianship, Patient, PatientClinic
from tests.appointments.calls import api, book, faults, made, refusal, wish
from tests.cast import MON, Cast
from tests.privacy.merging import done, merge, reverse


def made_up(cast: Cast) -> Patient:
    """A dependant with the data of somebody else, whom the attacker adds and the desk takes for a duplicate."""
    birth_date = date(1980, 2, 3)
    Patient.objects.filter(pk=cast.cleared.pk).update(birth_date=birth_date)
    victim = {"given_name": cast.cleared.given_name, "family_name": cast.cleared.family_name}
    body = {**victim, "birth_date": str(birth_date), "relationship": "spouse"}
    found: Patient = Patient.objects.get(pk=made(api(cast.patient).post("/v1/me/patients", body))["id"])
    PatientClinic.objects.create(patient=found, clinic=cast.coquitlam, origin="booking")
    return found


def test_a_guardian_of_a_made_up_duplicate_gets_nothing(cast: Cast) -> None:
    attacker, duplicate = api(cast.patient), made_up(cast)
    merged = merge(cast, cast.cleared, duplicate)
    victim = f"/v1/patients/{cast.cleared.pk}"
    for part in ("", "/screenings", "/consents", "/guardians"):
        assert refusal(attacker.get(f"{victim}{part}")) == (404, "not_found")
    asked = attacker.post("/v1/me/exports", {"patient_id": str(cast.cleared.pk)})
    assert asked.status_code in (400, 404)
    assert refusal(attacker.get(f"/v1/patients/{duplicate.pk}")) == (404, "not_found")
    reverse(cast, merged["id"])
    done(attacker.get(f"/v1/patients/{duplicate.pk}"))


def test_nobody_accepts_an_invitation_to_a_duplicate(cast: Cast) -> None:
    duplicate, stranger = made_up(cast), User.objects.get(patient=cast.stranger)
    aunt = {"email": stranger.email, "relationship": "other", "scopes": ["read"]}
    assert api(cast.patient).post(f"/v1/patients/{duplicate.pk}/guardian-invitations", aunt).status_code == 202
    merged = merge(cast, cast.cleared, duplicate)
    invitation = GuardianInvitation.objects.get(patient=duplicate)
    body = {"token": make_token(invitation.pk, InvitationPurpose.GUARDIAN)}
    accept = "/v1/guardianships/accept"
    assert faults(api(cast.stranger).post(accept, body)) == {"/token": "invalid"}
    reverse(cast, merged["id"])
    assert made(api(cast.stranger).post(accept, body))["patient_id"] == str(duplicate.pk)


def test_what_a_guardian_of_the_duplicate_booked_is_told_as_a_guardians(cast: Cast) -> None:
    at = cast.at(cast.coquitlam, MON, "10:00")
    visit = book(api(cast.parent), wish(cast.physio_follow_up, cast.coquitlam, at, patient_id=cast.child))
    merge(cast, cast.cleared, cast.child)
    told = done(api(cast.cleared).get(f"/v1/appointments/{visit['id']}/history"))["results"]
    assert "guardian" in {one["by"] for one in told}


@pytest.mark.parametrize("is_ended", [True, False])
def test_a_reversal_gives_no_guardian_back_who_was_ended_meanwhile(cast: Cast, is_ended: bool) -> None:
    parent = Guardianship.objects.get(patient=cast.child)
    twin = {"guardian": parent.guardian, "relationship": "parent", "starts_on": parent.starts_on}
    own = Guardianship.objects.create(patient=cast.cleared, **twin)
    merged = merge(cast, cast.cleared, cast.child)
    if is_ended:
        done(api(cast.desk_coquitlam).post(f"/v1/guardianships/{own.pk}/end", {"reason": "A court order"}))
    reverse(cast, merged["id"])
    parent.refresh_from_db()
    assert (parent.ended_at is not None, parent.end_reason) == (is_ended, "staff" if is_ended else "none")
    read: Any = api(cast.parent).get(f"/v1/patients/{cast.child.pk}")
    assert read.status_code == (404 if is_ended else 200)


@pytest.mark.parametrize("is_revoked", [True, False])
def test_a_reversal_gives_no_consent_back_that_was_revoked_meanwhile(cast: Cast, is_revoked: bool) -> None:
    own, others = (Consent.objects.get(patient=one) for one in (cast.cleared, cast.child))
    assert own.text_id == others.text_id
    merged = merge(cast, cast.cleared, cast.child)
    if is_revoked:
        done(api(cast.cleared).post(f"/v1/consents/{own.pk}/revoke"))
    reverse(cast, merged["id"])
    others.refresh_from_db()
    assert (others.revoked_at is not None) == is_revoked
