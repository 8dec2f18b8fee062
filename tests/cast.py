"""The people and places that tests speak of: small, fixed, written anew for each test that asks for `cast`.

Every clinic is open Monday to Saturday, 8:00 to 18:00; every practitioner works 9:00 to 17:00 without a break:

- `ims`: certified; Coquitlam Monday to Wednesday, Langley Thursday and Friday; physio and IMS services;
- `physio`: no IMS proofs; Coquitlam Monday to Friday; physio services;
- `langley_physio`: no IMS proofs; Langley Monday to Friday; physio services;
- `masseur`: Coquitlam Monday to Friday; massage, the only one with a massage room;
- `toronto_ims`: certified in Ontario; Toronto Monday to Friday; physio and IMS services.

Everyone has answered the health questions with no, a year of validity before them, and agreed to the text of the IMS
treatment. `cleared` is assessed and holds a live clearance, nobody else does. `stranger` is known at Langley only,
`other_parent` and her child at Langley too, `torontonian` in Toronto, all others at Coquitlam. No visits, closures or
time off.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from backend.accounts.models import User
from backend.clinics.enums import CredentialKind, Discipline, Province, Role, RoomKind, Weekday
from backend.clinics.models import (
    Clinic,
    ClinicService,
    Membership,
    OpeningHours,
    Organisation,
    RequiredCredential,
    Room,
    Service,
)
from backend.common import clock
from backend.common.walltime import instant_of, local_date_of, minute_of, wall_periods, zone
from backend.config.demo.draft import Draft
from backend.config.demo.pathway import add_assessment, add_consent, add_consent_text, add_screening
from backend.patients.enums import LinkOrigin, Relationship
from backend.patients.models import Guardianship, Patient, PatientClinic
from backend.practitioners.enums import CredentialStatus
from backend.practitioners.models import Credential, Offering, Placement, Practitioner, WorkingHours
from tests.recall import Recall

NO_PASSWORD = "!nobody signs in with this"
SINCE = date(2020, 1, 1)
MON, TUE, WED, THU, FRI, SAT, SUN = tuple(Weekday)
MON_TO_FRI = (MON, TUE, WED, THU, FRI)
NEEDLING = (CredentialKind.IMS_CERTIFICATE, CredentialKind.NEEDLING_AUTHORISATION)


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Rows by name. A practitioner's or patient's account is its `.user`; `child` and `other_child` have none."""

    now: datetime
    organisation: Organisation
    coquitlam: Clinic
    langley: Clinic
    toronto: Clinic
    physio_initial: Service
    physio_follow_up: Service
    ims_assessment: Service
    ims_treatment: Service
    massage: Service
    owner: User
    manager_coquitlam: User
    manager_langley: User
    desk_coquitlam: User
    desk_langley: User
    ims: Practitioner
    physio: Practitioner
    langley_physio: Practitioner
    masseur: Practitioner
    toronto_ims: Practitioner
    patient: Patient
    cleared: Patient
    parent: Patient
    child: Patient
    other_parent: Patient
    other_child: Patient
    stranger: Patient
    torontonian: Patient

    def today(self, clinic: Clinic) -> date:
        """The date on the clinic's wall."""
        return local_date_of(minute_of(self.now), zone(clinic.timezone))

    def day(self, clinic: Clinic, weekday: Weekday, *, week: int = 1) -> date:
        """That weekday of the week after this one at the clinic (`week` 0: this week's, which may be past)."""
        today = self.today(clinic)
        return today + timedelta(days=weekday - today.isoweekday() + 7 * week)

    def at(self, clinic: Clinic, weekday: Weekday, time: str, *, week: int = 1) -> datetime:
        """The instant at which the clinic's wall clock reads `time` ("09:30") on `day(clinic, weekday)`."""
        hours, minutes = time.split(":")
        minute = int(hours) * 60 + int(minutes)
        where = zone(clinic.timezone)
        runs = wall_periods(where, self.day(clinic, weekday, week=week), minute, minute + 1).runs
        return instant_of(runs[0][0])


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast in an otherwise empty database."""
    return recalled_cast()


def make_cast() -> Cast:
    """Think the cast up and write it."""
    draft = Draft()
    made = _Maker(draft, clock.now()).make()
    draft.save()
    return made


def recalled_cast() -> Cast:
    """The same, thought up once for all tests of a process: to write it takes a sixth of thinking it up."""
    return _RECALL.write()


class _Maker:
    def __init__(self, draft: Draft, now: datetime) -> None:
        self.draft, self.now = draft, now
        self.today = now.date()

    def make(self) -> Cast:
        organisation = self.draft.add(Organisation(name="Evergreen"))
        bc, ontario = (Province.BC, "America/Vancouver"), (Province.ON, "America/Toronto")
        self.coquitlam = self.clinic(organisation, "coquitlam", *bc, "49.28", "-122.79")
        self.langley = self.clinic(organisation, "langley", *bc, "49.10", "-122.66")
        self.toronto = self.clinic(organisation, "toronto", *ontario, "43.68", "-79.35")
        self.rooms()
        services: dict[str, Any] = self.services()
        self.owner = self.user("owner")
        self.draft.add(Membership(user=self.owner, role=Role.OWNER))
        practitioners = self.practitioners(services)
        self.ims = practitioners["ims"]
        others: dict[str, Any] = {**practitioners, **self.patients()}
        text = add_consent_text(self.draft, services["ims_treatment"], self.owner)
        for patient in self.draft.of(Patient):
            add_screening(self.draft, patient, self.owner, at=self.now, until=self.today + timedelta(days=365))
            add_consent(self.draft, patient, text, self.owner, at=self.now)
        return Cast(
            now=self.now,
            organisation=organisation,
            coquitlam=self.coquitlam,
            langley=self.langley,
            toronto=self.toronto,
            **services,
            owner=self.owner,
            manager_coquitlam=self.member("manager.coquitlam", Role.CLINIC_MANAGER, self.coquitlam),
            manager_langley=self.member("manager.langley", Role.CLINIC_MANAGER, self.langley),
            desk_coquitlam=self.member("desk.coquitlam", Role.FRONT_DESK, self.coquitlam),
            desk_langley=self.member("desk.langley", Role.FRONT_DESK, self.langley),
            **others,
        )

    def clinic(self, organisation: Organisation, slug: str, province: str, where: str, north: str, east: str) -> Clinic:
        clinic = self.draft.add(
            Clinic(
                organisation=organisation,
                slug=slug,
                name=slug.title(),
                street="1 Main Street",
                city=slug.title(),
                province=province,
                postal_code="V3B 0J1",
                latitude=Decimal(north),
                longitude=Decimal(east),
                timezone=where,
                phone="+16045550100",
                email=f"{slug}@example.test",
            )
        )
        for weekday in (*MON_TO_FRI, SAT):
            self.draft.add(
                OpeningHours(clinic=clinic, weekday=weekday, from_minute=8 * 60, until_minute=18 * 60, valid_from=SINCE)
            )
        return clinic

    def rooms(self) -> None:
        treatment, consultation, massage = RoomKind.TREATMENT, RoomKind.CONSULTATION, RoomKind.MASSAGE
        for clinic, kinds in (
            (self.coquitlam, (treatment, treatment, consultation, massage)),
            (self.langley, (treatment, consultation)),
            (self.toronto, (treatment, consultation)),
        ):
            for number, kind in enumerate(kinds):
                self.draft.add(Room(clinic=clinic, name=f"Room {number}", kind=kind))

    def services(self) -> dict[str, Service]:
        clinics = (self.coquitlam, self.langley, self.toronto)
        physio, ims = Discipline.PHYSIOTHERAPY, Discipline.IMS
        assessment = self.service("ims-assessment", ims, 45, RoomKind.CONSULTATION, clinics)
        return {
            "physio_initial": self.service("physio-initial", physio, 45, RoomKind.CONSULTATION, clinics),
            "physio_follow_up": self.service("physio-follow-up", physio, 30, RoomKind.TREATMENT, clinics),
            "ims_assessment": assessment,
            "ims_treatment": self.service(
                "ims-treatment",
                ims,
                30,
                RoomKind.TREATMENT,
                clinics,
                before_minutes=5,
                after_minutes=10,
                needs_clearance=True,
                needs_screening=True,
                needs_consent=True,
                assessment_service=assessment,
                spacing_days=7,
            ),
            "massage": self.service("massage", Discipline.MASSAGE_THERAPY, 60, RoomKind.MASSAGE, [self.coquitlam]),
        }

    def service(
        self, code: str, discipline: Discipline, minutes: int, room: RoomKind, clinics: Iterable[Clinic], **facts: Any
    ) -> Service:
        service = self.draft.add(
            Service(
                code=code,
                name=code,
                name_fr=f"{code} (fr)",
                description=f"About {code}",
                description_fr=f"Sur {code}",
                discipline=discipline,
                duration_minutes=minutes,
                room_kind=room,
                price_minor=10_000,
                **facts,
            )
        )
        needed = [CredentialKind.REGISTRATION, *(NEEDLING if discipline == Discipline.IMS else ())]
        for kind in needed:
            self.draft.add(RequiredCredential(service=service, kind=kind))
        for clinic in clinics:
            self.draft.add(ClinicService(clinic=clinic, service=service))
        return service

    def user(self, name: str) -> User:
        return self.draft.add(
            User(
                email=f"{name}@example.test",
                given_name=name.title(),
                family_name="Test",
                password=NO_PASSWORD,
                email_verified_at=self.now,
            )
        )

    def member(self, name: str, role: Role, *clinics: Clinic) -> User:
        user = self.user(name)
        for clinic in clinics:
            self.draft.add(Membership(user=user, clinic=clinic, role=role))
        return user

    def practitioners(self, services: dict[str, Service]) -> dict[str, Practitioner]:
        physio = [services["physio_initial"], services["physio_follow_up"]]
        both = [*physio, services["ims_assessment"], services["ims_treatment"]]
        coquitlam, langley, toronto = self.coquitlam, self.langley, self.toronto
        return {
            "ims": self.practitioner("ims", both, {coquitlam: (MON, TUE, WED), langley: (THU, FRI)}),
            "physio": self.practitioner("physio", physio, {coquitlam: MON_TO_FRI}),
            "langley_physio": self.practitioner("langley.physio", physio, {langley: MON_TO_FRI}),
            "masseur": self.practitioner("masseur", [services["massage"]], {coquitlam: MON_TO_FRI}),
            "toronto_ims": self.practitioner("toronto.ims", both, {toronto: MON_TO_FRI}),
        }

    def practitioner(self, name: str, services: list[Service], week: dict[Clinic, tuple[Weekday, ...]]) -> Practitioner:
        disciplines = sorted({service.discipline for service in services})
        practitioner = self.draft.add(
            Practitioner(
                user=self.member(name, Role.PRACTITIONER, *week),
                given_name=name.title(),
                family_name="Test",
                title="Physiotherapist",
                title_fr="Physiothérapeute",
                languages=["en"],
                disciplines=disciplines,
            )
        )
        for clinic, weekdays in week.items():
            self.draft.add(Placement(practitioner=practitioner, clinic=clinic))
            for weekday in weekdays:
                self.hours(practitioner, clinic, weekday)
            for service in services:
                self.draft.add(Offering(practitioner=practitioner, clinic=clinic, service=service))
        province = next(iter(week)).province
        for kind in [CredentialKind.REGISTRATION, *(NEEDLING if Discipline.IMS in disciplines else ())]:
            self.credential(practitioner, kind, province)
        return practitioner

    def hours(self, practitioner: Practitioner, clinic: Clinic, weekday: Weekday) -> None:
        self.draft.add(
            WorkingHours(
                practitioner=practitioner,
                clinic=clinic,
                weekday=weekday,
                from_minute=9 * 60,
                until_minute=17 * 60,
                valid_from=SINCE,
            )
        )

    def credential(self, practitioner: Practitioner, kind: CredentialKind, province: str) -> None:
        self.draft.add(
            Credential(
                practitioner=practitioner,
                kind=kind,
                issuer="The regulator",
                jurisdiction=province,
                number=practitioner.given_name,
                issued_on=SINCE,
                valid_from=SINCE,
                status=CredentialStatus.VERIFIED,
                verified_at=self.now,
                verified_by=self.owner,
            )
        )

    def patients(self) -> dict[str, Patient]:
        made = {name: self.patient(name, self.coquitlam) for name in ("patient", "cleared", "parent", "child")}
        made |= {name: self.patient(name, self.langley) for name in ("other_parent", "other_child", "stranger")}
        made["torontonian"] = self.patient("torontonian", self.toronto)
        for parent, child in (("parent", "child"), ("other_parent", "other_child")):
            guardian, relationship = made[parent].user, Relationship.PARENT
            assert guardian is not None
            self.draft.add(
                Guardianship(guardian=guardian, patient=made[child], relationship=relationship, starts_on=SINCE)
            )
        assert self.ims.user is not None
        add_assessment(self.draft, made["cleared"], self.coquitlam, self.ims.user, on=self.today - timedelta(days=30))
        return made

    def patient(self, name: str, clinic: Clinic) -> Patient:
        user = None if name.endswith("child") else self.user(name.replace("_", "."))
        patient = self.draft.add(
            Patient(
                user=user,
                given_name=name.title(),
                family_name="Test",
                birth_date=date(1985, 5, 5) if user else date(2017, 5, 5),
                email=user.email if user else None,
            )
        )
        self.draft.add(PatientClinic(patient=patient, clinic=clinic, origin=LinkOrigin.DESK))
        return patient


_RECALL = Recall(lambda draft, now: _Maker(draft, now).make())
