"""Two people make two records one: who may, in which order, and what everybody is told."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import User
from backend.audit.models import AuditEntry
from backend.clinics.models import Membership
from backend.common import clock
from backend.patients.models import Patient, PatientClinic
from backend.privacy.models import PatientMerge
from tests.appointments.calls import api, book, faults, refusal, wish
from tests.cast import FRI, MON, TUE, Cast
from tests.patients.answers import answers, screenings_of
from tests.privacy.merging import MERGES, WHY, body, done, merge, propose, reverse

REASON = {"reason": "Cousins of one name"}


def test_the_desk_proposes_and_another_person_approves(cast: Cast) -> None:
    proposed = propose(cast, cast.cleared, cast.child)
    assert (proposed["status"], proposed["merged_at"], proposed["reason"]) == ("proposed", None, WHY)
    assert proposed["proposed_by_name"] == "Desk.Coquitlam Test"
    assert Patient.objects.get(pk=cast.child.pk).merged_into_id is None
    path = f"{MERGES}/{proposed['id']}"
    manager = api(cast.manager_coquitlam)
    waiting = manager.get(MERGES, {"status": "proposed", "patient": str(cast.child.pk)}).json()["results"]
    assert waiting == [proposed]
    approved = done(manager.post(f"{path}/approve", if_match=proposed["etag"]))
    assert (approved["status"], approved["merged_by_name"]) == ("merged", "Manager.Coquitlam Test")
    assert done(api(cast.desk_coquitlam).get(path)) == approved


@pytest.mark.parametrize("step", ["merge", "reversal"])
def test_nobody_approves_what_they_proposed_themselves(cast: Cast, step: str) -> None:
    manager = api(cast.manager_coquitlam)
    if step == "merge":
        path = f"{MERGES}/{propose(cast, cast.cleared, cast.child, who=cast.manager_coquitlam)['id']}"
    else:
        path = f"{MERGES}/{merge(cast, cast.cleared, cast.child)['id']}"
        done(manager.post(f"{path}/propose-reversal", REASON))
    assert refusal(manager.post(f"{path}/approve", if_match="*")) == (403, "second_person_needed")
    assert refusal(api(cast.desk_coquitlam).post(f"{path}/approve", if_match="*")) == (403, "permission_denied")
    done(api(cast.owner).post(f"{path}/approve", if_match="*"))


@pytest.mark.parametrize("who", ["merged", "reversed"])
def test_the_database_wants_a_second_person_too(cast: Cast, who: str) -> None:
    row = PatientMerge.objects.get(pk=merge(cast, cast.cleared, cast.child)["id"])
    proposers = {"proposed_by": cast.owner, "reversal_proposed_by": cast.owner}
    stamps = {"status": "reversed", "reversed_at": clock.now(), "reversal_proposed_at": clock.now()}
    people: dict[str, User] = {**proposers, "merged_by": cast.desk_coquitlam, "reversed_by": cast.desk_coquitlam}
    name = "patient_merge_is_approved_by_another" if who == "merged" else "patient_merge_is_reversed_by_another"
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        PatientMerge.objects.filter(pk=row.pk).update(**{**stamps, **people, f"{who}_by": cast.owner})
    PatientMerge.objects.filter(pk=row.pk).update(**stamps, **people)


def test_a_duplicate_is_out_of_lists_and_look_up_and_tells_where_it_went(cast: Cast) -> None:
    Patient.objects.filter(pk=cast.child.pk).update(email="twice@example.test")
    merge(cast, cast.cleared, cast.child)
    desk = api(cast.desk_coquitlam)
    told = done(desk.get(f"/v1/patients/{cast.child.pk}"))
    assert told["merged_into_id"] == str(cast.cleared.pk)
    assert str(cast.child.pk) not in [one["id"] for one in desk.get("/v1/patients").json()["results"]]
    look_up = {
        "clinic_id": str(cast.coquitlam.pk),
        "birth_date": str(cast.child.birth_date),
        "email": "twice@example.test",
    }
    assert refusal(desk.post("/v1/patients/lookup", look_up)) == (404, "not_found")
    twin = {**look_up, "given_name": "Child", "family_name": "Test"}
    assert desk.post("/v1/patients", twin).json()["possible_duplicates"] == []
    assert str(cast.child.pk) not in str(api(cast.parent).get("/v1/me/patients").json())


def test_nothing_is_entered_for_a_duplicate(cast: Cast) -> None:
    """Each operation that enters something for a patient says where to go."""
    done(api(cast.owner).patch(f"/v1/patients/{cast.child.pk}", {"phone": "+16045550111"}, if_match="*"))
    merge(cast, cast.cleared, cast.child)
    desk, physio, child = api(cast.desk_coquitlam), api(cast.physio), f"/v1/patients/{cast.child.pk}"
    visit = wish(cast.physio_follow_up, cast.coquitlam, cast.at(cast.coquitlam, MON, "10:00"), patient_id=cast.child)
    place = {name: visit[name] for name in ("clinic_id", "starts_at")} | {"practitioner_id": str(cast.physio.pk)}
    of_child = {"service_id": str(cast.physio_follow_up.pk), "patient_id": str(cast.child.pk)}
    day = str(cast.day(cast.coquitlam, MON))
    wait = {**of_child, "clinic_ids": [visit["clinic_id"]], "windows": [{"first_date": day, "last_date": day}]}
    plan = {**of_child, "clinic_ids": [visit["clinic_id"]], "count": 2, "min_gap_days": 7, "max_gap_days": 14}
    course: dict[str, Any] = {**of_child, "clinic_id": visit["clinic_id"], "region": "neck", "planned_sessions": 4}
    guardian = {"email": "aunt@example.test", "relationship": "other", "scopes": ["read"], "proof": "Her card"}
    refused = [
        desk.post("/v1/holds", visit),
        desk.post("/v1/appointments", visit, key="merged"),
        desk.post("/v1/series/plan", plan),
        desk.post("/v1/series", {**of_child, "visits": [place]}, key="merged-series"),
        desk.post("/v1/waitlist-entries", wait),
        desk.post(screenings_of(cast.child), answers()),
        desk.post(f"{child}/consents", {"consent_text_id": str(cast.ims_treatment.pk)}),
        desk.post(f"{child}/guardian-invitations", guardian),
        desk.patch(child, {"given_name": "C"}, if_match="*"),
        physio.post(f"{child}/assessments", {"clinic_id": visit["clinic_id"], "region": "neck"}),
        physio.post("/v1/courses", course),
    ]
    assert [refusal(one) for one in refused] == [(409, "patient_merged")] * len(refused)
    assert {one.json()["merged_into_id"] for one in refused} == {str(cast.cleared.pk)}


def test_a_duplicate_with_an_account_is_not_taken_in(cast: Cast) -> None:
    PatientClinic.objects.create(patient=cast.stranger, clinic=cast.coquitlam, origin="desk")
    desk = api(cast.desk_coquitlam)
    assert refusal(desk.post(MERGES, body(cast.cleared, cast.stranger))) == (409, "patient_has_account")
    assert refusal(desk.post(MERGES, body(cast.child, cast.stranger))) == (409, "patient_has_account")
    proposed = propose(cast, cast.cleared, cast.child)
    Patient.objects.filter(pk=cast.child.pk).update(user=cast.owner)
    path = f"{MERGES}/{proposed['id']}/approve"
    assert refusal(api(cast.manager_coquitlam).post(path, if_match="*")) == (409, "patient_has_account")


@pytest.mark.parametrize("whose", ["survivor", "duplicate"])
def test_what_is_kept_of_a_closed_account_is_merged_with_nothing(cast: Cast, whose: str) -> None:
    """It goes in its own time; what is another's would go with it."""
    pair = (cast.cleared, cast.child) if whose == "survivor" else (cast.child, cast.cleared)
    if whose == "survivor":
        path = f"{MERGES}/{propose(cast, *pair)['id']}/approve"
        User.objects.filter(patient=cast.cleared).update(is_active=False)
        approved = api(cast.manager_coquitlam).post(path, if_match="*")
        assert refusal(approved) == (409, "patient_has_account")
    User.objects.filter(patient=cast.cleared).update(is_active=False)
    assert refusal(api(cast.desk_coquitlam).post(MERGES, body(*pair))) == (409, "patient_has_account")


def test_an_approval_says_what_was_read_so_that_a_retry_takes_nothing_back(cast: Cast) -> None:
    manager, proposed = api(cast.manager_coquitlam), propose(cast, cast.cleared, cast.child)
    path = f"{MERGES}/{proposed['id']}"
    assert refusal(manager.post(f"{path}/approve")) == (428, "if_match_required")
    done(manager.post(f"{path}/approve", if_match=proposed["etag"]))
    done(api(cast.desk_coquitlam).post(f"{path}/propose-reversal", REASON))
    retried = manager.post(f"{path}/approve", if_match=proposed["etag"])
    assert refusal(retried) == (412, "etag_mismatch")
    assert Patient.objects.get(pk=cast.child.pk).merged_into_id == cast.cleared.pk


def test_what_contradicts_is_named_and_nothing_changes(cast: Cast) -> None:
    clerk, at = api(cast.owner), cast.at(cast.coquitlam, MON, "10:00")
    theirs = book(clerk, wish(cast.physio_follow_up, cast.coquitlam, at, patient_id=cast.cleared))
    proposed = propose(cast, cast.cleared, cast.child)
    childs = book(clerk, wish(cast.physio_follow_up, cast.coquitlam, at, patient_id=cast.child))
    conflict = {"kind": "visit", "survivor_row_id": theirs["id"], "duplicate_row_id": childs["id"]}
    path = f"{MERGES}/{proposed['id']}/approve"
    refused = api(cast.manager_coquitlam).post(path, if_match="*")
    assert (refusal(refused), refused.json()["conflicts"]) == ((409, "merge_conflict"), [conflict])
    assert Patient.objects.get(pk=cast.child.pk).merged_into_id is None
    assert api(cast.manager_coquitlam).get(f"{MERGES}/{proposed['id']}").json()["status"] == "proposed"
    other = api(cast.desk_coquitlam).post(MERGES, body(cast.cleared, cast.child))
    assert refusal(other) == (409, "merge_conflict")
    done(clerk.post(f"/v1/appointments/{childs['id']}/cancel", {"reason_code": "other", "expected_fee_minor": 0}))
    done(api(cast.manager_coquitlam).post(path, if_match="*"))


def test_what_is_declined_is_not_carried_out(cast: Cast) -> None:
    desk, manager = api(cast.desk_coquitlam), api(cast.manager_coquitlam)
    path = f"{MERGES}/{propose(cast, cast.cleared, cast.child)['id']}"
    assert refusal(api(cast.desk_langley).post(f"{path}/decline")) == (404, "not_found")
    assert done(manager.post(f"{path}/decline"))["status"] == "declined"
    for verb, sent in (("approve", None), ("decline", None), ("propose-reversal", REASON)):
        assert refusal(manager.post(f"{path}/{verb}", sent, if_match="*")) == (409, "invalid_transition")
    mine = f"{MERGES}/{propose(cast, cast.cleared, cast.child)['id']}"
    assert done(desk.post(f"{mine}/decline"))["declined_by_name"] == "Desk.Coquitlam Test"
    theirs = f"{MERGES}/{propose(cast, cast.cleared, cast.child, who=cast.owner)['id']}"
    assert refusal(desk.post(f"{theirs}/decline")) == (403, "permission_denied")
    done(manager.post(f"{theirs}/approve", if_match="*"))
    done(desk.post(f"{theirs}/propose-reversal", REASON))
    kept = done(manager.post(f"{theirs}/decline"))
    assert (kept["status"], kept["reversal_reason"], kept["reversal_proposed_at"]) == ("merged", "", None)
    assert Patient.objects.get(pk=cast.child.pk).merged_into_id == cast.cleared.pk


def test_a_step_is_taken_on_what_was_read(cast: Cast) -> None:
    manager = api(cast.manager_coquitlam)
    proposed = propose(cast, cast.cleared, cast.child)
    path = f"{MERGES}/{proposed['id']}"
    done(manager.post(f"{path}/approve", if_match="*"))
    asked = manager.post(f"{path}/propose-reversal", REASON, if_match=proposed["etag"])
    assert refusal(asked) == (412, "etag_mismatch")
    done(api(cast.desk_coquitlam).post(f"{path}/propose-reversal", REASON))
    for verb in ("approve", "decline"):
        assert refusal(manager.post(f"{path}/{verb}", if_match=proposed["etag"])) == (412, "etag_mismatch")


def test_a_duplicate_is_taken_in_once_and_by_somebody_else(cast: Cast) -> None:
    desk = api(cast.desk_coquitlam)
    assert faults(desk.post(MERGES, body(cast.child, cast.child))) == {"/duplicate_id": "mismatch"}
    assert refusal(desk.post(MERGES, body(cast.cleared, cast.stranger))) == (404, "not_found")
    first = propose(cast, cast.cleared, cast.child)
    assert refusal(desk.post(MERGES, body(cast.patient, cast.child))) == (409, "already_exists")
    assert done(api(cast.manager_coquitlam).post(f"{MERGES}/{first['id']}/approve", if_match="*"))["status"] == "merged"
    again = desk.post(MERGES, body(cast.patient, cast.child))
    assert refusal(again) == (409, "patient_merged")
    assert again.json()["merged_into_id"] == str(cast.cleared.pk)


def test_of_two_merges_in_a_row_the_later_is_taken_back_first(cast: Cast) -> None:
    PatientClinic.objects.create(patient=cast.other_child, clinic=cast.coquitlam, origin="desk")
    first = merge(cast, cast.child, cast.other_child)
    second = merge(cast, cast.cleared, cast.child)
    done(api(cast.desk_coquitlam).post(f"{MERGES}/{first['id']}/propose-reversal", REASON))
    path = f"{MERGES}/{first['id']}/approve"
    assert refusal(api(cast.manager_coquitlam).post(path, if_match="*")) == (409, "patient_merged")
    reverse(cast, second["id"])
    done(api(cast.manager_coquitlam).post(path, if_match="*"))
    assert not Patient.objects.exclude(merged_into=None).exists()


def test_the_log_has_every_step_for_every_clinic_that_knows_them(cast: Cast) -> None:
    """Both sides are the owner's to see."""
    PatientClinic.objects.create(patient=cast.child, clinic=cast.langley, origin="desk")
    merged = merge(cast, cast.cleared, cast.child)
    reverse(cast, merged["id"])
    log = api(cast.owner).get("/v1/audit-events", {"limit": 100}).json()["results"]
    steps = [one for one in log if one["subject_type"] == "patient_merge"]
    verbs = ["merge.proposed", "merge.approved", "merge.reversal_proposed", "merge.reversal_approved"]
    assert sorted({one["action"] for one in steps}) == sorted(verbs)
    assert all({*one["patient_ids"]} == {str(cast.cleared.pk), str(cast.child.pk)} for one in steps)
    approved = [one for one in steps if one["action"] == "merge.approved"]
    assert {one["clinic_id"] for one in approved} == {str(cast.coquitlam.pk), str(cast.langley.pk)}
    change = next(one for one in approved[0]["changes"] if one["field"] == "merged_into_id")
    assert (change["before"], change["after"]) == (None, str(cast.cleared.pk))
    read = api(cast.desk_coquitlam).get(f"{MERGES}/{merged['id']}")
    assert read.status_code == 200
    assert AuditEntry.objects.filter(action="merge.read").count() == 1


def test_a_manager_of_one_side_alone_sees_nothing_of_it(cast: Cast) -> None:
    PatientClinic.objects.create(patient=cast.other_child, clinic=cast.coquitlam, origin="desk")
    path = f"{MERGES}/{propose(cast, cast.cleared, cast.other_child)['id']}"
    langley = api(cast.manager_langley)
    assert refusal(langley.get(path)) == (404, "not_found")
    assert langley.get(MERGES).json()["results"] == []
    Membership.objects.create(user=cast.manager_langley, clinic=cast.coquitlam, role="front_desk")
    assert refusal(langley.post(f"{path}/approve", if_match="*")) == (403, "permission_denied")


def test_a_page_and_a_merge_cost_the_same_however_much_there_is(cast: Cast) -> None:
    clerk = api(cast.owner)
    manager = api(cast.manager_coquitlam)

    def statements(survivor: Patient, duplicate: Patient) -> tuple[int, int]:
        path = f"{MERGES}/{propose(cast, survivor, duplicate)['id']}"
        with CaptureQueriesContext(connection) as merging:
            done(manager.post(f"{path}/approve", if_match="*"))
        with CaptureQueriesContext(connection) as listing:
            done(manager.get(MERGES))
        return len(merging), len(listing)

    for day in (MON, TUE, FRI):
        at = cast.at(cast.coquitlam, day, "10:00")
        book(clerk, wish(cast.physio_follow_up, cast.coquitlam, at, patient_id=cast.child))
    PatientClinic.objects.create(patient=cast.other_child, clinic=cast.coquitlam, origin="desk")
    at = cast.at(cast.coquitlam, MON, "14:00")
    book(clerk, wish(cast.physio_follow_up, cast.coquitlam, at, patient_id=cast.other_child))
    PatientClinic.objects.create(patient=cast.child, clinic=cast.langley, origin="desk")
    few = statements(cast.cleared, cast.other_child)
    assert statements(cast.patient, cast.child) == few
