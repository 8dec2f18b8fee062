"""Made-up days of a small chain, in the database: everything that a booking rule looks at, in every odd shape."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.db import IntegrityError, transaction

from backend.accounts.models import User
from backend.clinics.models import (
    Clinic,
    ClinicService,
    Closure,
    OpeningHours,
    Organisation,
    RequiredCredential,
    Room,
    Service,
)
from backend.common.db import constraint_of
from backend.patients.models import Clearance, Consent, ConsentText, Patient, ReviewPoint, Screening
from backend.practitioners.models import Credential, ExtraHours, Offering, Practitioner, TimeOff, WorkingHours
from tests.appointments.rows import WAYS, add_visit
from tests.appointments.stopped_clock import stop_clock

SINCE = date(2020, 1, 1)
ONE_DAY = timedelta(days=1)
PLACES = (("coquitlam", "BC", "America/Vancouver"), ("toronto", "ON", "America/Toronto"))
# What is switched off, week after week. As a rule nothing: where all is refused, agreeing on it is easy. So the odds
# below leave most weeks with something free, and the service is off where the answers forbid it anyway (5).
OFF = ("", "practitioner", "", "online booking", "offering", "service", "clinic", "", "", "offer")

# By the remainder of the seed: what answers mean, on which day from now they end, and whether somebody cleared them.
ANSWERS = {
    0: ("ask_clinician", 30, True),
    2: ("clear", -2, False),
    3: ("blocked", -1, False),
    5: ("ask_clinician", 1, False),
}


@contextmanager
def _unless_elsewhere() -> Iterator[None]:
    """Hours that overlap extra hours at another clinic cannot be; they are left out."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if constraint_of(error) not in ("hours_are_at_one_clinic", "extra_hours_are_at_one_clinic"):
            raise


class Week:
    """A few dates around `about`, and the chain then: two clinics in two zones, two practitioners, one patient.

    The same seed makes the same week. The clock stands still at `now`, which is on one of the dates or just before.
    """

    def __init__(self, about: date, seed: int) -> None:
        self.name = f"week {seed} about {about}"
        self.random = Random(self.name)
        self.off = OFF[seed % len(OFF)]
        self.asks_for_clearance = seed % 3 == 1
        self.pathway = seed % 8
        self.minds_no_shows = seed % 4 == 3
        self.first = about - self.random.randint(0, 2) * ONE_DAY
        self.last = self.first + self.random.randint(1, 3) * ONE_DAY
        self.now = self._now()
        stop_clock(self.now)
        self.user = User.objects.create(email="someone@example.test", given_name="Some", family_name="One")
        self.service = self._service("asked")
        self.other_service = self._service("other")
        organisation = Organisation.objects.create(name="Evergreen")
        self.clinics = [self._clinic(organisation, *place) for place in PLACES]
        self.practitioners = [self._practitioner(name) for name in ("Ada", "Ben")]
        self.rooms = list(Room.objects.order_by("clinic__slug", "name"))
        patients = [Patient.objects.create(given_name=name, family_name="P") for name in ("Pat", "Quin")]
        is_anybody = self.asks_for_clearance or self.chance(0.8) or self.pathway in (*ANSWERS, 4, 6)
        self.patient = patients[0] if is_anybody else None
        self._clearances(patients[0])
        self._answers(patients[0])
        if self.minds_no_shows:
            self._missed_visit(patients[0])
        for _ in range(self.random.choice((5, 15, 40)) if self.rooms else 0):
            self._visit(self.random.choice(patients))
        if self.pathway == 4:
            self._review(patients[0])

    def __str__(self) -> str:
        return self.name

    def chance(self, of: float) -> bool:
        """True that often."""
        return self.random.random() < of

    def day(self, before: int = 0, after: int = 0) -> date:
        """One of the dates, or up to so many days before or after them."""
        return self.first + self.random.randint(-before, (self.last - self.first).days + after) * ONE_DAY

    def _now(self) -> datetime:
        midnight = datetime.combine(self.first, datetime.min.time(), UTC)
        seconds = self.random.choice((0, 0, 1, 30, 59))
        return midnight + timedelta(
            minutes=self.random.choice((-4000, 0, self.random.randint(0, 1500))), seconds=seconds
        )

    def _service(self, code: str) -> Service:
        pick = self.random.choice
        service = Service.objects.create(
            code=code,
            name=code,
            name_fr=code,
            description="-",
            description_fr="-",
            discipline="ims",
            duration_minutes=pick((5, 20, 30, 45, 90)),
            before_minutes=pick((0, 0, 5, 30)),
            after_minutes=pick((0, 0, 10, 25)),
            step_minutes=pick((5, 7, 10, 15, 15, 20, 30, 45)),
            spacing_days=pick((0, 0, 0, 1, 2, 7)),
            needs_clearance=self.asks_for_clearance,
            needs_screening=self.pathway in ANSWERS,
            needs_consent=self.pathway in (6, 7),
            is_active=self.off != "service",
            room_kind="treatment",
            price_minor=0,
        )
        RequiredCredential.objects.create(service=service, kind="registration")
        if self.chance(0.4):
            province = pick(("", "BC", "ON"))
            RequiredCredential.objects.create(service=service, kind="ims_certificate", province=province)
        return service

    def _clinic(self, organisation: Organisation, slug: str, province: str, zone: str) -> Clinic:
        pick = self.random.choice
        clinic = Clinic.objects.create(
            organisation=organisation,
            slug=slug,
            name=slug,
            street="-",
            city="-",
            province=province,
            postal_code="-",
            latitude=Decimal(49),
            longitude=Decimal(-122),
            timezone=zone,
            phone="+16045550100",
            is_active=(self.off, slug) != ("clinic", "toronto"),
            is_online_booking_on=(self.off, slug) != ("online booking", "toronto"),
            notice_minutes=pick((0, 120, 120, 1500)),
            horizon_days=pick((2, 182, 182, 182, 730)),
            desk_books_after_no_shows=1 if self.minds_no_shows and slug == "coquitlam" else None,
        )
        self._rooms(clinic)
        if (self.off, slug) != ("offer", "coquitlam"):
            self._offer(clinic)
        for weekday in range(1, 8):
            for begin, until in self._spans(long=self.chance(0.8)):
                OpeningHours.objects.create(clinic=clinic, weekday=weekday, **self._valid(begin, until))
        for _ in range(pick((0, 0, 0, 1, 2))):
            Closure.objects.create(clinic=clinic, reason="-", **self._absence())
        return clinic

    def _rooms(self, clinic: Clinic) -> None:
        """None to three that suit, and some that are of another kind or out of use."""
        suitable = self.random.choice((1, 1, 2, 2, 3)) if self.chance(0.9) else 0
        others = [("treatment", False), ("massage", True), ("massage", False)]
        kinds = suitable * [("treatment", True)] + [one for one in others if self.chance(0.5)]
        for number, (kind, is_active) in enumerate(kinds):
            Room.objects.create(clinic=clinic, name=f"{number}", kind=kind, is_active=is_active)

    def _offer(self, clinic: Clinic) -> None:
        pick = self.random.choice
        ClinicService.objects.create(
            clinic=clinic,
            service=self.service,
            notice_minutes=pick((None, None, 0, 45)),
            horizon_days=pick((None, None, None, None, 3, 700)),
            is_online_booking_on=None if self.off == "online booking" or self.chance(0.5) else self.chance(0.9),
            is_active=(self.off, clinic.slug) != ("offer", "toronto"),
        )

    def _spans(self, *, long: bool) -> list[tuple[int, int]]:
        """Apart from one another, but sometimes touching; often around midnight, where clocks change."""
        if long:
            return [(self.random.choice((0, 60, 125, 420)), self.random.choice((1080, 1435, 1440)))]
        edges = sorted(self.random.sample(range(0, 1441, 5), 2 * self.random.randint(0 if self.chance(0.2) else 1, 3)))
        if edges and self.chance(0.5):
            edges[0] = 0
        if edges and self.chance(0.3):
            edges[-1] = 1440
        if len(edges) > 2 and self.chance(0.3):
            edges[2] = edges[1]
        return [(begin, until) for begin, until in zip(edges[::2], edges[1::2], strict=True) if begin < until]

    def _valid(self, begin: int, until: int) -> dict[str, Any]:
        first, last = SINCE, None
        if self.chance(0.15):
            first = self.day(after=1)
        if self.chance(0.15):
            last = max(first, self.day(before=2))
        return {"from_minute": begin, "until_minute": until, "valid_from": first, "valid_until": last}

    def _absence(self) -> dict[str, Any]:
        first = self.day(before=1)
        last = first + self.random.choice((0, 0, 1)) * ONE_DAY
        if self.chance(0.05):
            first, last = first - 300 * ONE_DAY, first + 300 * ONE_DAY
        begin, until = sorted(self.random.sample(range(1441), 2)) if self.chance(0.85) else (0, 1440)
        return {"first_date": first, "last_date": last, "from_minute": begin, "until_minute": until}

    def _practitioner(self, name: str) -> Practitioner:
        someone = Practitioner.objects.create(
            given_name=name,
            family_name="-",
            title="-",
            title_fr="-",
            is_active=(self.off, name) != ("practitioner", "Ben"),
        )
        for clinic in self.clinics:
            if (self.off, clinic.slug, name) != ("offering", "coquitlam", "Ada"):
                Offering.objects.create(practitioner=someone, clinic=clinic, service=self.service)
            if self.chance(0.4):
                begin, until = sorted(self.random.sample(range(1441), 2))
                with _unless_elsewhere():
                    ExtraHours.objects.create(
                        practitioner=someone, clinic=clinic, date=self.day(), from_minute=begin, until_minute=until
                    )
        usual = self.clinics[name == "Ben"]
        for weekday in range(1, 8):
            for begin, until in self._spans(long=self.chance(0.6)):
                clinic = usual if self.chance(0.7) else self.random.choice(self.clinics)
                with _unless_elsewhere():
                    WorkingHours.objects.create(
                        practitioner=someone, clinic=clinic, weekday=weekday, **self._valid(begin, until)
                    )
        for _ in range(self.random.choice((0, 0, 1, 2))):
            clinic_or_all = self.random.choice((None, *self.clinics))
            TimeOff.objects.create(practitioner=someone, clinic=clinic_or_all, **self._absence())
        for kind in ("registration", "ims_certificate"):
            self._proofs(someone, kind)
        return someone

    def _proofs(self, practitioner: Practitioner, kind: str) -> None:
        everywhere = [("CA", "verified", SINCE, None)]
        odd = [
            (
                self.random.choice(("CA", "BC", "ON", "QC")),
                self.random.choice(("verified", "verified", "verified", "pending", "revoked")),
                self.random.choice((SINCE, self.first - ONE_DAY, self.first, self.last)),
                self.random.choice((None, self.last, self.last + ONE_DAY)),
            )
            for _ in range(self.random.randint(0, 3))
        ]
        for number, (where, status, first, last) in enumerate(everywhere if self.chance(0.85) else odd):
            Credential.objects.create(
                practitioner=practitioner,
                kind=kind,
                issuer="-",
                jurisdiction=where,
                number=f"{practitioner.given_name} {number}",
                issued_on=SINCE,
                valid_from=first,
                valid_until=last,
                status=status,
                verified_at=self.now,
                verified_by=self.user,
                revoked_at=self.now if status == "revoked" else None,
                revoked_by=self.user if status == "revoked" else None,
                revoked_reason="lapsed" if status == "revoked" else "",
            )

    def _clearances(self, patient: Patient) -> None:
        for number in range(self.random.randint(1, 3)):
            first = self.day(before=3)
            last, is_ended = first + self.random.choice((2, 365)) * ONE_DAY, self.chance(0.2)
            Clearance.objects.create(
                patient=patient,
                discipline="physiotherapy" if number == 2 else "ims",
                region="lower_back",
                valid_from=first,
                valid_until=last,
                granted_by=self.user,
                ended_at=self.now if is_ended else None,
                ended_reason="reversed" if is_ended else "",
            )

    def _answers(self, patient: Patient) -> None:
        """What the care pathway asks for is there, has run out, or forbids it, week after week."""
        outcome, days, is_cleared = ANSWERS.get(self.pathway, ("", 0, False))
        if outcome:
            Screening.objects.create(
                patient=patient,
                questionnaire_version=1,
                answers={},
                outcome=outcome,
                valid_until=self.now.date() + days * ONE_DAY,
                answered_at=self.now,
                answered_by=self.user,
                party="staff",
                cleared_at=self.now if is_cleared else None,
                cleared_by=self.user if is_cleared else None,
                cleared_reason="well" if is_cleared else "",
            )
        text = ConsentText.objects.create(
            service=self.service, version=1, title="-", title_fr="-", body="-", body_fr="-"
        )
        given = {"given_at": self.now, "given_by": self.user, "party": "staff", "signed_by_name": "-"}
        if self.pathway == 7:
            Consent.objects.create(patient=patient, text=text, **given)

    def _review(self, patient: Patient) -> None:
        """Due after a visit of a month ago, at the first clinic."""
        a_month_ago = datetime.combine(self.first - 30 * ONE_DAY, datetime.min.time(), UTC)
        for room in self.rooms[:1]:
            after = add_visit(
                service=self.service,
                practitioner=self.practitioners[0],
                room=room,
                starts_at=a_month_ago,
                patient=patient,
                status="completed",
            )
            about = {"patient": patient, "service": self.service, "due_after_id": after.pk}
            ReviewPoint.objects.create(course_id=after.pk, **about)

    def _missed_visit(self, patient: Patient) -> None:
        """A month ago, at the first clinic."""
        a_month_ago = datetime.combine(self.first - 30 * ONE_DAY, datetime.min.time(), UTC)
        for room in self.rooms[:1]:
            add_visit(
                service=self.other_service,
                practitioner=self.practitioners[0],
                room=room,
                starts_at=a_month_ago,
                patient=patient,
                status="no_show",
            )

    def _visit(self, patient: Patient) -> None:
        """A row at any minute near the dates; none where a constraint forbids it."""
        pick = self.random.choice
        day = self.day(before=8, after=8) if self.chance(0.2) else self.day(before=1, after=1)
        midnight = datetime.combine(day, datetime.min.time(), UTC)
        status = pick((*WAYS, "booked", "held"))
        with suppress(IntegrityError), transaction.atomic():
            add_visit(
                service=pick((self.service, *3 * [self.other_service])),
                practitioner=pick(self.practitioners),
                room=pick(self.rooms),
                starts_at=midnight + timedelta(minutes=self.random.randint(0, 1439)),
                patient=None if status in ("held", "expired") and self.chance(0.5) else patient,
                minutes=pick((5, 30, 45, 120)),
                before=pick((0, 5, 60)),
                after=pick((0, 10, 90)),
                status=status,
                hold_expires_at=self.now + pick((-1, 0, 1)) * timedelta(microseconds=1),
            )
