"""For each booking rule a stage on which it refuses alone, and the smallest step that lifts it (R3)."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from backend.accounts.models import User
from backend.appointments.enums import RuleCode
from backend.clinics.models import ClinicService, Closure, Room
from backend.patients.models import Clearance, Consent, ReviewPoint, Screening
from backend.practitioners.models import Credential, Practitioner, TimeOff
from tests.appointments.calls import VISITS, api
from tests.appointments.rows import add_visit, change
from tests.appointments.stopped_clock import stop_clock
from tests.cast import TUE, Cast


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


@case(RuleCode.SCREENING_NEEDED)
def _(stage: Stage) -> Iterator[None]:
    """The last day of the answers is a good day to book, whenever the visit is (R13)."""
    answers = Screening.objects.get(patient=stage.cast.cleared)
    today = stage.cast.today(stage.cast.coquitlam)
    change(answers, valid_until=today - timedelta(days=1))
    yield
    change(answers, valid_until=today)


@case(RuleCode.SCREENING_BLOCKED)
def _(stage: Stage) -> Iterator[None]:
    """Only the newest answers count, and a physiotherapist may decide for them (D10)."""
    answers = Screening.objects.get(patient=stage.cast.cleared)
    change(answers, outcome="ask_clinician")
    yield
    owner = stage.cast.owner
    change(answers, cleared_at=stage.cast.now, cleared_by=owner, cleared_reason="Well.")


@case(RuleCode.CONSENT_NEEDED)
def _(stage: Stage) -> Iterator[None]:
    """To the present text: agreeing to an earlier one, or taking it back, is not enough (D13)."""
    consent = Consent.objects.get(patient=stage.cast.cleared)
    change(consent, revoked_at=stage.cast.now, revoked_by=stage.cast.owner)
    yield
    change(consent, revoked_at=None, revoked_by=None)


@case(RuleCode.REVIEW_DUE)
def _(stage: Stage) -> Iterator[None]:
    """The session before the review is over; it is not due while that one is to come (R14)."""
    cast = stage.cast
    last_time = add_visit(
        service=cast.ims_treatment,
        practitioner=cast.ims,
        room=stage.rooms[0],
        patient=cast.cleared,
        starts_at=stage.starts_at - timedelta(days=8),
        status="completed",
    )
    point = {"patient": cast.cleared, "service": cast.ims_treatment, "course_id": uuid.uuid4()}
    review = ReviewPoint.objects.create(**point, due_after_id=last_time.pk)
    yield
    change(review, due_after_id=None)


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
