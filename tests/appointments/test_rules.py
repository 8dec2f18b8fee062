"""Each booking rule refusing alone, and the smallest step that lifts it, over HTTP (R3)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from backend.appointments.enums import RuleClass, RuleCode
from backend.appointments.models import Appointment
from backend.audit.models import AuditEntry
from backend.clinics.models import Closure, RequiredCredential
from backend.patients.models import PatientClinic
from backend.practitioners.models import Credential, TimeOff
from tests.appointments.calls import refusal, rules
from tests.appointments.rows import add_visit, change
from tests.appointments.rule_cases import CASES, Stage
from tests.appointments.stopped_clock import stop_clock
from tests.cast import TUE, Cast
from tests.policy.traces import undone

MONDAY_AT_EIGHT = datetime(2027, 1, 4, 15, tzinfo=UTC)  # in Coquitlam
HARD = {
    RuleCode.NOT_OFFERED,
    RuleCode.PRACTITIONER_INACTIVE,
    RuleCode.CREDENTIAL_MISSING,
    RuleCode.SCREENING_NEEDED,
    RuleCode.SCREENING_BLOCKED,
    RuleCode.ASSESSMENT_NEEDED,
    RuleCode.CONSENT_NEEDED,
    RuleCode.PATIENT_BUSY,
    RuleCode.PRACTITIONER_BUSY,
    RuleCode.NO_ROOM,
}
SOFT = set(RuleCode) - HARD - {RuleCode.HOLD_LIMIT}  # that one is about holding, not about a start
CONFLICTS = {
    RuleCode.PATIENT_BUSY: "patient_overlap",
    RuleCode.PRACTITIONER_BUSY: "slot_taken",
    RuleCode.NO_ROOM: "slot_taken",
}


@pytest.fixture(autouse=True)
def _monday(db: None) -> None:
    stop_clock(MONDAY_AT_EIGHT)


every_case = pytest.mark.parametrize("code", [code for code in RuleCode if code in HARD | SOFT])


def test_the_visit_of_the_stage_books(cast: Cast) -> None:
    assert Stage(cast).book().status_code == 201


@every_case
def test_a_rule_refuses_alone_and_is_lifted(cast: Cast, code: RuleCode) -> None:
    stage = Stage(cast)
    steps = CASES[code](stage)
    next(steps)
    refused = stage.book()
    assert refused.json()["code"] == CONFLICTS.get(code, "slot_not_bookable"), refused.json()
    assert refused.status_code == (409 if code in CONFLICTS else 422)
    assert [(rule["code"], rule["class"]) for rule in refused.json()["rules"]] == [
        (code, RuleClass.HARD if code in HARD else RuleClass.SOFT)
    ]
    next(steps, None)
    booked = stage.book()
    assert booked.status_code == 201, booked.json()


def overriding(code: RuleCode) -> dict[str, Any]:
    return {"overrides": [{"code": code, "reason": "Asked by phone"}]}


@pytest.mark.parametrize("code", sorted(SOFT))
def test_the_desk_sets_a_soft_rule_aside_and_says_why(cast: Cast, code: RuleCode) -> None:
    stage = Stage(cast)
    next(CASES[code](stage))
    assert stage.book(cast.desk_coquitlam).status_code == 422
    booked = stage.book(cast.desk_coquitlam, **overriding(code))
    assert booked.status_code == 201, booked.json()
    kept = [{"code": code, "reason": "Asked by phone"}]
    assert booked.json()["overrides"] == kept
    assert Appointment.objects.get(pk=booked.json()["id"]).overrides == kept
    entry = AuditEntry.objects.get(action="appointment.booked", subject_id=booked.json()["id"])
    assert entry.reason == f"{code}: Asked by phone"
    assert entry.actor_id == cast.desk_coquitlam.pk


@pytest.mark.parametrize("code", sorted(HARD))
def test_nobody_sets_a_hard_rule_aside(cast: Cast, code: RuleCode) -> None:
    stage = Stage(cast)
    next(CASES[code](stage))
    for who in (cast.desk_coquitlam, cast.owner):
        refused = stage.book(who, **overriding(code))
        assert refusal(refused) == (403, "override_not_allowed")
        assert rules(refused) == [code]
    assert stage.book(cast.desk_coquitlam).json()["rules"][0]["code"] == code


@pytest.mark.parametrize("code", sorted(SOFT))
def test_patients_and_the_staff_of_other_clinics_set_nothing_aside(cast: Cast, code: RuleCode) -> None:
    stage = Stage(cast)
    next(CASES[code](stage))
    refused = stage.book(**overriding(code))
    assert refusal(refused) == (403, "override_not_allowed")
    for stranger in (cast.desk_langley, cast.physio):
        assert stage.book(stranger, **overriding(code)).status_code == 404
    PatientClinic.objects.create(patient=cast.cleared, clinic=cast.langley, origin="desk")
    refused = stage.book(cast.desk_langley, **overriding(code))
    assert refused.status_code == 403


def test_one_override_does_not_cover_for_another(cast: Cast) -> None:
    stage = Stage(cast)
    next(CASES[RuleCode.OUTSIDE_HOURS](stage))
    next(CASES[RuleCode.CLINIC_CLOSED](stage))
    change(Closure.objects.get(), from_minute=0)
    refused = stage.book(cast.desk_coquitlam, **overriding(RuleCode.OUTSIDE_HOURS))
    assert rules(refused) == ["clinic_closed"]


def test_a_patient_who_books_the_same_time_twice_is_told_of_the_overlap(cast: Cast) -> None:
    """Not that somebody else has it, although the practitioner is taken too; nor if we may pick another."""
    stage = Stage(cast)
    service_id, practitioner_id = cast.physio_follow_up.pk, cast.physio.pk
    assert stage.book(service_id=service_id, practitioner_id=practitioner_id).status_code == 201
    for named in (practitioner_id, None):
        assert stage.book(service_id=service_id, practitioner_id=named).json()["code"] == "patient_overlap"


def test_where_we_may_pick_the_refusal_nearest_to_a_yes_is_told(cast: Cast) -> None:
    """The fewest rules; and before all, that somebody else was faster."""
    stage = Stage(cast)
    ask: dict[str, Any] = {"service_id": cast.physio_follow_up.pk, "practitioner_id": None}
    day = cast.day(cast.coquitlam, TUE)
    proof = Credential.objects.get(practitioner=cast.ims, kind="registration")
    absences = [
        TimeOff.objects.create(practitioner=someone, first_date=day, last_date=day)
        for someone in (cast.ims, cast.physio)
    ]
    change(proof, jurisdiction="ON")  # counts for nothing here
    assert rules(stage.book(**ask)) == ["practitioner_away"]
    change(proof, jurisdiction="BC")
    absences[1].delete()
    add_visit(
        service=cast.physio_follow_up,
        practitioner=cast.physio,
        room=stage.rooms[0],
        patient=cast.patient,
        starts_at=stage.starts_at,
    )
    assert refusal(stage.book(**ask)) == (409, "slot_taken")


def test_proofs_are_asked_for_and_count_province_by_province(cast: Cast) -> None:
    """In Ontario more may be required than in British Columbia, and a proof of one counts for nothing in the other."""
    stage = Stage(cast)
    required = RequiredCredential.objects.get(service=cast.ims_treatment, kind="ims_certificate")
    proof = Credential.objects.get(practitioner=cast.ims, kind="ims_certificate")
    for province, jurisdiction, status in (
        ("", "BC", 201),
        ("BC", "BC", 201),
        ("", "ON", 422),
        ("BC", "ON", 422),
        ("BC", "CA", 201),
        ("ON", "ON", 201),
    ):
        change(required, province=province)
        change(proof, jurisdiction=jurisdiction)
        with undone():
            assert stage.book().status_code == status, (province, jurisdiction)
