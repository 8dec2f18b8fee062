"""Each booking rule refusing alone, and the smallest step that lifts it, over HTTP (R3)."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.accounts.models import User
from backend.appointments.enums import RuleClass, RuleCode
from backend.appointments.models import Appointment
from backend.audit.models import AuditEntry
from backend.clinics.models import ClinicService, Closure, RequiredCredential, Room
from backend.patients.models import Clearance, PatientClinic
from backend.practitioners.models import Credential, Practitioner, TimeOff
from tests.appointments.calls import VISITS, api, refusal, rules
from tests.appointments.rows import add_visit, change
from tests.appointments.stopped_clock import stop_clock
from tests.cast import TUE, Cast
from tests.policy.traces import undone

MONDAY_AT_EIGHT = datetime(2027, 1, 4, 15, tzinfo=UTC)  # in Coquitlam
HARD = {
    RuleCode.NOT_OFFERED,
    RuleCode.PRACTITIONER_INACTIVE,
    RuleCode.CREDENTIAL_MISSING,
    RuleCode.ASSESSMENT_NEEDED,
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


@dataclass
class Stage:
    """A cleared patient who wants IMS with `ims` at Coquitlam, next Tuesday at 10:00: it books, unless a case minds.

    The visit occupies 9:55 to 10:40.
    """

    cast: Cast

    def __post_init__(self) -> None:
        self.starts_at = self.at("10:00")
        self.rooms = list(Room.objects.filter(clinic=self.cast.coquitlam, kind="treatment"))

    def at(self, time: str) -> datetime:
        """That time on next Tuesday."""
        return self.cast.at(self.cast.coquitlam, TUE, time)

    def book(self, who: User | Practitioner | None = None, **more: Any) -> Any:
        """Ask for the visit: as the patient unless told."""
        wanted = {
            "service_id": self.cast.ims_treatment.pk,
            "clinic_id": self.cast.coquitlam.pk,
            "practitioner_id": self.cast.ims.pk,
            "patient_id": self.cast.cleared.pk,
            "starts_at": self.starts_at.isoformat(),
            **more,
        }
        said = {name: value for name, value in wanted.items() if value is not None}
        return api(who or self.cast.cleared).post(VISITS, said, key=str(uuid.uuid4()))


# Each case makes its rule refuse, and after the yield lifts it.
Case = Callable[[Stage], Iterator[None]]
CASES: dict[RuleCode, Case] = {}


def case(code: RuleCode) -> Callable[[Case], Case]:
    def enter(made: Case) -> Case:
        CASES[code] = made
        return made

    return enter


@case(RuleCode.NOT_OFFERED)
def _(stage: Stage) -> Iterator[None]:
    terms = ClinicService.objects.get(clinic=stage.cast.coquitlam, service=stage.cast.ims_treatment)
    change(terms, is_active=False)
    yield
    change(terms, is_active=True)


@case(RuleCode.PRACTITIONER_INACTIVE)
def _(stage: Stage) -> Iterator[None]:
    change(stage.cast.ims, is_active=False)
    yield
    change(stage.cast.ims, is_active=True)


@case(RuleCode.CREDENTIAL_MISSING)
def _(stage: Stage) -> Iterator[None]:
    """The last day of a proof is a good day (R10)."""
    day = stage.cast.day(stage.cast.coquitlam, TUE)
    proof = Credential.objects.get(practitioner=stage.cast.ims, kind="ims_certificate")
    change(proof, valid_until=day - timedelta(days=1))
    yield
    change(proof, valid_until=day)


@case(RuleCode.ASSESSMENT_NEEDED)
def _(stage: Stage) -> Iterator[None]:
    """So is the last day of a clearance."""
    day = stage.cast.day(stage.cast.coquitlam, TUE)
    clearance = Clearance.objects.get(patient=stage.cast.cleared)
    change(clearance, valid_until=day - timedelta(days=1))
    yield
    change(clearance, valid_until=day)


@case(RuleCode.ONLINE_BOOKING_OFF)
def _(stage: Stage) -> Iterator[None]:
    """The clinic says no to everything, then its offer says yes to this service (R9)."""
    change(stage.cast.coquitlam, is_online_booking_on=False)
    yield
    change(
        ClinicService.objects.get(clinic=stage.cast.coquitlam, service=stage.cast.ims_treatment),
        is_online_booking_on=True,
    )


@case(RuleCode.DESK_MUST_BOOK)
def _(stage: Stage) -> Iterator[None]:
    """Two visits were missed here; the second counts at another clinic afterwards."""
    missed = [
        add_visit(
            service=stage.cast.physio_follow_up,
            practitioner=stage.cast.physio,
            room=stage.rooms[0],
            patient=stage.cast.cleared,
            starts_at=stage.starts_at - timedelta(days=days),
            status="no_show",
        )
        for days in (30, 40)
    ]
    change(stage.cast.coquitlam, desk_books_after_no_shows=2)
    yield
    change(missed[1], clinic=stage.cast.langley)


@case(RuleCode.TOO_SOON)
def _(stage: Stage) -> Iterator[None]:
    stop_clock(stage.starts_at - timedelta(minutes=120) + timedelta(microseconds=1))
    yield
    stop_clock(stage.starts_at - timedelta(minutes=120))


@case(RuleCode.TOO_FAR)
def _(stage: Stage) -> Iterator[None]:
    stop_clock(stage.starts_at - timedelta(days=182, microseconds=1))
    yield
    stop_clock(stage.starts_at - timedelta(days=182))


@case(RuleCode.OFF_GRID)
def _(stage: Stage) -> Iterator[None]:
    stage.starts_at = stage.at("10:01")
    yield
    stage.starts_at = stage.at("10:15")


@case(RuleCode.OUTSIDE_HOURS)
def _(stage: Stage) -> Iterator[None]:
    """The room is to be made ready from 8:55, but work begins at nine (R2)."""
    stage.starts_at = stage.at("09:00")
    yield
    stage.starts_at = stage.at("09:15")


@case(RuleCode.CLINIC_CLOSED)
def _(stage: Stage) -> Iterator[None]:
    day = stage.cast.day(stage.cast.coquitlam, TUE)
    closure = Closure.objects.create(
        clinic=stage.cast.coquitlam, first_date=day, last_date=day, from_minute=10 * 60 + 39, until_minute=660
    )
    yield
    change(closure, from_minute=10 * 60 + 40)


@case(RuleCode.PRACTITIONER_AWAY)
def _(stage: Stage) -> Iterator[None]:
    day = stage.cast.day(stage.cast.coquitlam, TUE)
    absence = TimeOff.objects.create(
        practitioner=stage.cast.ims, first_date=day - timedelta(days=90), last_date=day, until_minute=9 * 60 + 56
    )
    yield
    change(absence, until_minute=9 * 60 + 55)


@case(RuleCode.SPACING_TOO_SHORT)
def _(stage: Stage) -> Iterator[None]:
    """Dates count, not hours, and visits that are over count too (R8)."""
    last_time = add_visit(
        service=stage.cast.ims_treatment,
        practitioner=stage.cast.ims,
        room=stage.rooms[0],
        patient=stage.cast.cleared,
        starts_at=stage.at("08:00") - timedelta(days=6),
        status="completed",
    )
    yield
    earlier = last_time.starts_at - timedelta(hours=9)  # 23:00 the day before
    change(
        last_time,
        occupied_from=earlier,
        starts_at=earlier,
        ends_at=earlier + timedelta(minutes=30),
        occupied_until=earlier + timedelta(minutes=30),
        local_start=f"{stage.cast.day(stage.cast.coquitlam, TUE, week=0)}T23:00",
    )


@case(RuleCode.PATIENT_BUSY)
def _(stage: Stage) -> Iterator[None]:
    """Elsewhere, with somebody else; and only the bare visits must not meet (R1)."""
    other = add_visit(
        service=stage.cast.physio_follow_up,
        practitioner=stage.cast.langley_physio,
        room=Room.objects.get(clinic=stage.cast.langley, kind="treatment"),
        patient=stage.cast.cleared,
        starts_at=stage.at("10:29"),
        before=20,
    )
    yield
    change(other, starts_at=stage.at("10:30"))


@case(RuleCode.PRACTITIONER_BUSY)
def _(stage: Stage) -> Iterator[None]:
    """Busy in another clinic's room is busy here, its buffers included."""
    visit = add_visit(
        service=stage.cast.ims_treatment,
        practitioner=stage.cast.ims,
        room=Room.objects.get(clinic=stage.cast.langley, kind="treatment"),
        patient=stage.cast.stranger,
        starts_at=stage.at("10:44"),
        before=5,
    )
    yield
    change(visit, occupied_from=stage.at("10:40"))


@case(RuleCode.NO_ROOM)
def _(stage: Stage) -> Iterator[None]:
    taken = [
        add_visit(
            service=stage.cast.physio_follow_up,
            practitioner=someone,
            room=room,
            patient=patient,
            starts_at=stage.at("09:26"),
        )
        for someone, room, patient in zip(
            (stage.cast.physio, stage.cast.masseur), stage.rooms, (stage.cast.patient, stage.cast.child), strict=True
        )
    ]
    yield
    change(taken[1], occupied_until=stage.at("09:55"), ends_at=stage.at("09:55"))


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
