"""Credentials: entered, verified by somebody else, revoked with a reason, and warned of in time."""

import uuid
from datetime import timedelta
from io import StringIO
from itertools import permutations
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from backend.audit.models import AuditEntry
from backend.clinics.enums import Role
from backend.clinics.models import Membership
from backend.common.db import constraint_of
from backend.common.models import ClockOffset
from backend.events.models import DomainEvent
from backend.practitioners.enums import CredentialStatus, Jurisdiction
from backend.practitioners.lifecycle import STEPS
from backend.practitioners.models import Credential, Practitioner
from tests.api_client import ApiClient
from tests.cast import Cast
from tests.practitioners.calls import book, broken, refusal, signed_in

DOCUMENT = {
    "kind": "ims_certificate",
    "issuer": "The school",
    "jurisdiction": "CA",
    "number": "IMS-77",
    "issued_on": "2025-03-01",
}


@pytest.fixture
def manager(cast: Cast) -> ApiClient:
    return signed_in(cast.manager_coquitlam)


def of(person: Practitioner) -> str:
    return f"/v1/practitioners/{person.pk}/credentials"


def one_of(person: Practitioner, kind: str = "registration") -> Credential:
    found: Credential = person.credentials.get(kind=kind)
    return found


def test_a_credential_is_entered_and_corrected_while_pending(cast: Cast, manager: ApiClient) -> None:
    made = manager.post(of(cast.physio), DOCUMENT)
    body = made.json()
    assert made.status_code == 201, made.content
    assert (body["status"], body["valid_from"], body["valid_until"], body["verified_at"]) == (
        "pending",
        "2025-03-01",
        None,
        None,
    )
    assert refusal(manager.post(of(cast.physio), DOCUMENT)) == (409, "already_exists", "/number", "taken")
    assert manager.get(made["Location"])["ETag"] == made["ETag"]
    corrected = manager.patch(made["Location"], {"number": "IMS-78"}, if_match=made["ETag"])
    assert corrected.json()["number"] == "IMS-78"
    assert manager.patch(made["Location"], {"number": "IMS-79"}, if_match=made["ETag"]).status_code == 412
    entry = AuditEntry.objects.get(action="credential.changed")
    assert (entry.before, entry.after) == ({"number": "IMS-77"}, {"number": "IMS-78"})
    other = manager.post(of(cast.physio), DOCUMENT)["Location"]
    taken = manager.patch(other, {"number": "IMS-78"}, if_match="*")
    assert refusal(taken) == (409, "already_exists", "/number", "taken")
    early = manager.patch(made["Location"], {"valid_until": "2025-02-28"}, if_match="*")
    assert refusal(early) == (400, "validation_failed", "/valid_until", "too_small")
    profile = ApiClient().get(f"/v1/practitioners/{cast.physio.pk}").json()
    assert [one["kind"] for one in profile["credentials"]] == ["registration"], "pending counts for nothing"


def test_verified_by_somebody_it_counts(cast: Cast, manager: ApiClient) -> None:
    path = manager.post(of(cast.physio), DOCUMENT)["Location"]
    verified = manager.post(f"{path}/verify")
    assert (verified.status_code, verified.json()["status"]) == (200, "verified")
    row = Credential.objects.get(pk=verified.json()["id"])
    assert (row.verified_by_id, row.version) == (cast.manager_coquitlam.pk, 2)
    profile = ApiClient().get(f"/v1/practitioners/{cast.physio.pk}").json()
    assert len(profile["credentials"]) == 2
    assert "number" not in profile["credentials"][0]
    assert AuditEntry.objects.get(action="credential.verified").after["status"] == "verified"
    assert DomainEvent.objects.get(type="credential.verified.v1").subject_id == row.pk
    for again in (manager.post(f"{path}/verify"), manager.patch(path, {"number": "1"}, if_match="*")):
        assert refusal(again)[:2] == (409, "invalid_transition")
    assert manager.post(f"{path}/verify", if_match='"1-0123456789abcdef"').status_code == 412


def test_nobody_judges_their_own(cast: Cast, manager: ApiClient) -> None:
    assert cast.physio.user
    for role, clinic in ((Role.CLINIC_MANAGER, cast.coquitlam), (Role.OWNER, None)):
        Membership.objects.create(user=cast.physio.user, role=role, clinic=clinic)
    path = manager.post(of(cast.physio), DOCUMENT)["Location"]
    own = signed_in(cast.physio)
    assert own.post(f"{path}/verify").status_code == 403
    assert own.post(f"{path}/revoke", {"reason": "mine"}).status_code == 403
    assert manager.post(f"{path}/verify").status_code == 200


def test_revoked_with_a_reason_it_breaks_what_needed_it(cast: Cast, manager: ApiClient) -> None:
    visit, path = book(cast), f"/v1/credentials/{one_of(cast.ims).pk}"
    nameless = manager.post(f"{path}/revoke", {"reason": " "})
    assert refusal(nameless) == (400, "validation_failed", "/reason", "blank")
    asked = manager.post(f"{path}/revoke?dry_run=true", {"reason": "Struck off"})
    assert broken(asked) == [(visit, ["credential_missing"])]
    assert manager.get(path).json()["status"] == "verified"
    assert not DomainEvent.objects.filter(type="credential.revoked.v1").exists()
    done = manager.post(f"{path}/revoke", {"reason": "Struck off"})
    assert (broken(done), done.json()["revoked_reason"]) == (broken(asked), "Struck off")
    assert signed_in(cast.cleared).get(f"/v1/appointments/{visit}").json()["status"] == "booked"
    assert refusal(manager.post(f"{path}/verify"))[:2] == (409, "invalid_transition")
    assert refusal(manager.post(f"{path}/revoke", {"reason": "again"}))[:2] == (409, "invalid_transition")


def test_who_reads_the_numbers(cast: Cast) -> None:
    credential = one_of(cast.physio)
    for user, of_person, single in (
        (cast.desk_coquitlam, 200, 200),
        (cast.physio, 200, 200),
        (cast.ims, 403, 404),
        (cast.desk_langley, 403, 404),
        (cast.patient, 403, 403),
    ):
        client = signed_in(user)
        assert client.get(of(cast.physio)).status_code == of_person
        assert client.get(f"/v1/credentials/{credential.pk}").status_code == single
    desk, langley = signed_in(cast.desk_coquitlam), signed_in(cast.manager_langley)
    assert desk.get(of(cast.physio)).json()["results"][0]["number"] == "Physio"
    assert desk.post(of(cast.physio), DOCUMENT).status_code == 403
    assert langley.post(of(cast.physio), DOCUMENT).status_code == 403
    assert langley.post(f"/v1/credentials/{credential.pk}/revoke", {"reason": "no"}).status_code == 404


@pytest.mark.parametrize(("source", "to"), list(permutations(CredentialStatus, 2)))
def test_trigger_and_table_allow_the_same_steps(cast: Cast, source: CredentialStatus, to: CredentialStatus) -> None:
    stamps = {"verified_at": cast.now, "verified_by": cast.owner, "revoked_at": cast.now, "revoked_by": cast.owner}
    document = {**DOCUMENT, "valid_from": DOCUMENT["issued_on"], "revoked_reason": "why", **stamps}
    row = Credential.objects.create(practitioner=cast.physio, status=source, **document)
    refused_by = None
    try:
        with transaction.atomic():
            Credential.objects.filter(pk=row.pk).update(status=to)
    except IntegrityError as refused:
        refused_by = constraint_of(refused)
    assert refused_by == (None if source in STEPS.get(to, ()) else "credential_step_is_legal")


def test_the_jurisdictions_are_those_of_the_table() -> None:
    [known] = [one for one in Credential._meta.constraints if one.name == "credential_jurisdiction_is_known"]
    assert f"{sorted(Jurisdiction.values)}" == f"{sorted(known.condition.children[0][1])}"  # type: ignore[attr-defined]


def ending(cast: Cast, person: Practitioner, days: int, kind: str = "registration") -> Credential:
    credential = one_of(person, kind)
    today = cast.now.date()
    Credential.objects.filter(pk=credential.pk).update(valid_until=today + timedelta(days=days))
    return credential


def listed(client: ApiClient, **query: Any) -> list[tuple[str, int | None]]:
    results = client.get("/v1/credentials", query).json()["results"]
    return [(one["practitioner_name"].split()[0], one["warning_days"]) for one in results]


def test_those_that_end_soon_are_listed_to_those_they_concern(cast: Cast, manager: ApiClient) -> None:
    for person, days in ((cast.ims, 7), (cast.physio, 60), (cast.masseur, 61), (cast.langley_physio, 0)):
        ending(cast, person, days)
    ending(cast, cast.ims, 8, "ims_certificate")
    ending(cast, cast.ims, -1, "needling_authorisation")
    assert listed(manager) == [("Ims", 7), ("Ims", 30), ("Physio", 60)]
    assert listed(manager, expiring_within_days=61)[-1] == ("Masseur", None)
    assert listed(signed_in(cast.desk_langley)) == [("Langley.Physio", 7), ("Ims", 7), ("Ims", 30)]
    assert listed(signed_in(cast.physio)) == [("Physio", 60)]
    with CaptureQueriesContext(connection) as few:
        listed(manager, expiring_within_days=7)
    with CaptureQueriesContext(connection) as many:
        listed(manager, expiring_within_days=60)
    assert len(few) == len(many)


def test_a_renewal_ends_the_worry(cast: Cast, manager: ApiClient) -> None:
    old = ending(cast, cast.physio, 10)
    facts = {name: getattr(old, name) for name in ("practitioner", "kind", "jurisdiction", "issuer", "issued_on")}
    until = cast.now.date() + timedelta(days=400)
    new = Credential.objects.create(**facts, number="new", valid_from=old.valid_from, valid_until=until)
    assert listed(manager) == [("Physio", 30)], "a pending one renews nothing"
    assert manager.post(f"/v1/credentials/{new.pk}/verify").status_code == 200
    assert listed(manager) == []


def test_each_warning_is_given_once(cast: Cast) -> None:
    credential = ending(cast, cast.physio, 60)

    def warned() -> list[int]:
        call_command("warn_expiring_credentials", stdout=StringIO())
        events = DomainEvent.objects.filter(type="credential.expiring.v1", subject_id=credential.pk)
        return [event.payload["warning_days"] for event in events.order_by("position")]

    assert warned() == warned() == [60]
    for days, seen in ((29, [60]), (30, [60, 30]), (31, [60, 30]), (54, [60, 30, 7]), (61, [60, 30, 7])):
        ClockOffset.objects.update_or_create(id=True, defaults={"offset": timedelta(days=days)})
        assert warned() == seen
    entries = AuditEntry.objects.filter(action="credential.expiring", subject_id=credential.pk)
    assert [entry.after["warned_days"] for entry in entries.order_by("at")] == [60, 30, 7]


def test_who_was_warned_too_late_is_warned_once(cast: Cast) -> None:
    ending(cast, cast.physio, 3)
    ending(cast, cast.ims, -1)
    Practitioner.objects.filter(pk=cast.masseur.pk).update(is_active=False)
    ending(cast, cast.masseur, 3)
    call_command("warn_expiring_credentials", stdout=(said := StringIO()))
    assert said.getvalue() == "Warned of 1 credentials.\n"
    assert Credential.objects.get(pk=one_of(cast.physio).pk).warned_days == 7


def test_what_is_not_there_is_not_found(manager: ApiClient) -> None:
    for path in ("", "/verify"):
        answer = manager.call("POST" if path else "GET", f"/v1/credentials/{uuid.uuid4()}{path}")
        assert answer.status_code == 404
