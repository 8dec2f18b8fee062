"""What the matrix cannot say: lists, filters, and rights that are lost while somebody is signed in."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate

from backend.appointments.models import Appointment
from backend.appointments.querysets import AppointmentQuerySet
from backend.clinics.models import Membership
from backend.patients.models import Guardianship, PatientClinic
from tests.api_client import ApiClient
from tests.cast import FRI, Cast
from tests.policy.table import Policy
from tests.policy.tokenless import TOKENLESS
from tests.policy.traces import fingerprint
from tests.policy.world import World, build

VISITS = "/v1/appointments"


@pytest.fixture
def world(cast: Cast) -> World:
    return build(cast)


def listed(client: ApiClient, **query: Any) -> set[uuid.UUID]:
    answer = client.get(VISITS, query)
    assert answer.status_code == 200, answer.content
    return {uuid.UUID(visit["id"]) for visit in answer.json()["results"]}


def unlike_the_table(world: World, policy: Policy) -> list[str]:
    """The lists and filtered lists that show more or less than they should."""
    faults = []
    for actor, names in policy.sees.items():
        seen = [world.visits[name] for name in names]
        filters: list[dict[str, Any]] = [{}]
        for name in ("clinic", "practitioner", "patient"):
            filters += [{name: str(getattr(visit, f"{name}_id"))} for visit in world.visits.values()]
        for query in filters:
            wanted = {
                visit.pk
                for visit in seen
                if all(str(getattr(visit, f"{name}_id")) == value for name, value in query.items())
            }
            if listed(world.clients[actor], **query) != wanted:
                faults.append(f"{actor} with {query}")
    return faults


def test_lists_show_what_the_table_says_and_filters_only_narrow(world: World, policy: Policy) -> None:
    assert set(policy.sees) == {name for name in policy.actors if world.clients[name].token} - TOKENLESS
    assert unlike_the_table(world, policy) == []


def test_a_list_without_its_scope_is_found(world: World, policy: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AppointmentQuerySet, "visible_to", lambda self, *_: self.filter(booked_at__isnull=False))
    found = unlike_the_table(world, policy)
    assert {fault.split()[0] for fault in found} == set(policy.sees) - {"owner"}


def test_several_foreign_ids_and_ones_own_give_only_ones_own(world: World) -> None:
    patients = [str(visit.patient_id) for visit in world.visits.values()]
    clinics = [str(world.cast.coquitlam.pk), str(world.cast.langley.pk)]
    own = {world.visits["patients"].pk}
    assert listed(world.clients["patient"], patient=patients) == own
    assert listed(world.clients["patient"], clinic=clinics, patient=patients) == own
    statuses = ["booked", "confirmed", "cancelled"]
    assert listed(world.clients["patient"], updated_since="2020-01-01T00:00:00Z", status=statuses) == own


def wish(world: World, **more: Any) -> dict[str, Any]:
    clinic = world.cast.coquitlam
    start = world.cast.at(clinic, FRI, "10:00").isoformat()
    return {
        "service_id": str(world.cast.physio_follow_up.pk),
        "clinic_id": str(clinic.pk),
        "starts_at": start,
        **{name: str(value) for name, value in more.items()},
    }


def test_a_removed_membership_takes_its_rights_at_once(world: World) -> None:
    desk, patient = world.clients["desk"], world.cast.patient.pk
    visit = f"{VISITS}/{world.visits['patients'].pk}"
    held = world.holds["desk"].pk
    booked = desk.post(VISITS, wish(world, patient_id=patient), key="before")
    assert booked.status_code == 201

    Membership.objects.filter(user=world.cast.desk_coquitlam).delete()
    before = fingerprint()
    assert desk.get(visit).status_code == 404
    assert listed(desk) == set()
    assert desk.post(f"{visit}/check-in").status_code == 403
    assert desk.post(f"{visit}/cancel", {"reason_code": "clinic"}).status_code == 404
    assert desk.get("/v1/slots", {"service": "physio-follow-up", "patient": str(patient)}).status_code == 404
    assert desk.post("/v1/holds", wish(world)).status_code == 403
    assert desk.post(VISITS, wish(world, patient_id=patient), key="after").status_code == 404
    assert desk.post(VISITS, {"hold_id": str(held), "patient_id": str(patient)}, key="held").status_code == 404
    assert desk.post(VISITS, wish(world, patient_id=patient), key="before").status_code == 404, "a replay asks again"
    assert fingerprint() == before
    assert desk.get("/v1/me").json()["memberships"] == []


def test_an_ended_guardianship_takes_its_rights_at_once(world: World) -> None:
    parent, child = world.clients["guardian"], world.cast.child.pk
    visit = f"{VISITS}/{world.visits['childs'].pk}"
    assert parent.get(visit).status_code == 200

    yesterday = localdate() - timedelta(days=2)
    Guardianship.objects.filter(patient=child).update(ends_on=yesterday)
    before = fingerprint()
    assert parent.get(visit).status_code == 404
    assert listed(parent) == set()
    assert parent.post(f"{visit}/confirm").status_code == 404
    assert parent.post(f"{visit}/cancel", {"reason_code": "other"}).status_code == 404
    assert parent.get("/v1/slots", {"service": "physio-follow-up", "patient": str(child)}).status_code == 404
    assert parent.post("/v1/holds", wish(world, patient_id=child)).status_code == 404
    assert parent.post(VISITS, wish(world, patient_id=child), key="outright").status_code == 404
    held = {"hold_id": str(world.holds["guardian"].pk)}
    assert parent.post(VISITS, held, key="held while still guardian").status_code == 400
    assert parent.post(VISITS, held, key="held-while-still-guardian").status_code == 404
    assert fingerprint() == before
    assert parent.get("/v1/me").json()["dependants"] == []


def test_a_guardianship_that_has_yet_to_begin_gives_nothing(world: World) -> None:
    Guardianship.objects.filter(patient=world.cast.child).update(starts_on=localdate() + timedelta(days=2))
    assert listed(world.clients["guardian"]) == set()


def test_a_desk_sees_a_patient_of_elsewhere_once_they_have_booked(world: World) -> None:
    """R23: the link that a booking makes, not the account, lets the staff of a clinic see a patient."""
    desk, stranger = world.clients["desk"], world.cast.stranger.pk
    search = {"service": "physio-follow-up", "patient": str(stranger)}
    assert desk.get("/v1/slots", search).status_code == 404

    assert world.clients["stranger"].post(VISITS, wish(world), key="k").status_code == 201
    assert desk.get("/v1/slots", search).status_code == 200
    assert len(listed(desk, patient=str(stranger))) == 1, "the visit here, not the one at Langley"
    assert PatientClinic.objects.filter(patient=stranger).count() == 2


def test_a_desk_books_nobody_from_the_name_of_a_visit_elsewhere(world: World) -> None:
    """Ids in a body give no rights: neither those of another clinic's visit nor of another's hold."""
    desk, before = world.clients["desk"], fingerprint()
    foreign = world.visits["strangers"].pk
    assert desk.post(VISITS, {"hold_id": str(foreign)}, key="a-visit-is-no-hold").status_code == 404
    assert desk.get(f"/v1/holds/{foreign}").status_code == 404
    own_visit_of_patient = world.visits["patients"].pk
    assert world.clients["patient"].delete(f"/v1/holds/{own_visit_of_patient}").status_code == 404
    assert fingerprint() == before
    assert not Appointment.objects.filter(patient=world.cast.stranger, clinic=world.cast.coquitlam).exists()
