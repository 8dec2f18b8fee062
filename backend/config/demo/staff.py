"""Who works in the chain: accounts, roles, practitioners with their proofs, hours and offerings (D3, D4, R10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from backend.accounts.models import User
from backend.clinics.enums import CredentialKind, Province, Role, Weekday
from backend.clinics.models import Clinic, Membership, Service
from backend.config.demo import cast
from backend.config.demo.draft import Draft
from backend.config.demo.places import Places, first_on_or_after
from backend.config.demo.profiles import PROFILES
from backend.config.demo.services import IMS_PROOFS, Services
from backend.practitioners.enums import CredentialStatus
from backend.practitioners.models import (
    Credential,
    ExtraHours,
    Offering,
    Placement,
    Practitioner,
    TimeOff,
    WorkingHours,
)
from backend.practitioners.models.profile import ALL_CANADA

MORNING, AFTERNOON = (9 * 60, 12 * 60 + 30), (13 * 60, 17 * 60)
MON, TUE, WED, THU, FRI, SAT, SUN = tuple(Weekday)
REGULATORS = {
    Province.BC: "College of Health and Care Professionals of BC",
    Province.ON: "Registrar of Health Professionals, Ontario",
}
IMS_SCHOOL = "Institute for the Study and Treatment of Pain"

Users = Mapping[cast.Person, User]
Week = Mapping[Clinic, tuple[Weekday, ...]]


@dataclass(frozen=True, slots=True)
class Staff:
    """The practitioners. The massage therapists never sign in."""

    ims: Practitioner
    ims_expiring: Practitioner
    physio: Practitioner
    toronto: Practitioner
    masseuse_coquitlam: Practitioner
    masseur_toronto: Practitioner

    @property
    def all(self) -> tuple[Practitioner, ...]:
        """Everyone who gives care."""
        return self.ims, self.ims_expiring, self.physio, self.toronto, self.masseuse_coquitlam, self.masseur_toronto


def add_users(draft: Draft, *, password: str, now: datetime) -> Users:
    """Draft an account for everyone who signs in; `password` is the one hash they share."""
    return {
        person: draft.add(
            User(
                email=person.email,
                given_name=person.given_name,
                family_name=person.family_name,
                language=person.language,
                password=password,
                email_verified_at=now,
            )
        )
        for person in cast.EVERYONE
    }


def add_memberships(draft: Draft, users: Users, places: Places) -> None:
    """Draft who holds which role where."""
    both = (places.coquitlam, places.langley)
    draft.add(Membership(user=users[cast.OWNER], role=Role.OWNER))
    held = [
        (cast.MANAGER_COQUITLAM, Role.CLINIC_MANAGER, [places.coquitlam]),
        (cast.MANAGER_LANGLEY, Role.CLINIC_MANAGER, [places.langley]),
        (cast.DESK_COQUITLAM, Role.FRONT_DESK, [places.coquitlam]),
        (cast.DESK_LANGLEY, Role.FRONT_DESK, [places.langley]),
        (cast.IMS, Role.PRACTITIONER, both),
        (cast.IMS_EXPIRING, Role.PRACTITIONER, [places.coquitlam]),
        (cast.PHYSIO, Role.PRACTITIONER, both),
        (cast.TORONTO, Role.PRACTITIONER, [places.toronto]),
    ]
    for person, role, clinics in held:
        for clinic in clinics:
            draft.add(Membership(user=users[person], clinic=clinic, role=role))


def add_staff(draft: Draft, users: Users, places: Places, services: Services, *, today: date) -> Staff:
    """Draft the practitioners with everything a visit asks of them."""
    people = {key: draft.add(Practitioner(**profile)) for key, profile in PROFILES.items()}
    staff = Staff(**people)
    for practitioner, person in (
        (staff.ims, cast.IMS),
        (staff.ims_expiring, cast.IMS_EXPIRING),
        (staff.physio, cast.PHYSIO),
        (staff.toronto, cast.TORONTO),
    ):
        practitioner.user = users[person]
    coquitlam, langley, toronto = places.all
    weeks: Mapping[Practitioner, tuple[Week, tuple[Service, ...]]] = {
        staff.ims: ({coquitlam: (MON, TUE, WED), langley: (THU, FRI)}, (*services.physio, *services.ims)),
        staff.ims_expiring: ({coquitlam: (WED, THU, FRI, SAT, SUN)}, (*services.physio, *services.ims)),
        staff.physio: ({coquitlam: (MON, WED, FRI), langley: (TUE, THU, SAT)}, services.physio),
        staff.toronto: ({toronto: (MON, TUE, WED, THU, FRI)}, (*services.physio, *services.ims)),
        staff.masseuse_coquitlam: ({coquitlam: (TUE, WED, THU, FRI, SAT)}, (services.massage,)),
        staff.masseur_toronto: ({toronto: (MON, TUE, WED, THU)}, (services.massage,)),
    }
    for practitioner, (week, offered) in weeks.items():
        _add_week(draft, practitioner, week, offered, since=today - timedelta(days=365))
    _add_credentials(draft, staff, verifier=users[cast.OWNER], today=today)
    _add_exceptions(draft, staff, places, today=today)
    return staff


def _add_week(
    draft: Draft, practitioner: Practitioner, week: Week, offered: tuple[Service, ...], *, since: date
) -> None:
    for clinic, weekdays in week.items():
        draft.add(Placement(practitioner=practitioner, clinic=clinic))
        for service in offered:
            draft.add(Offering(practitioner=practitioner, clinic=clinic, service=service))
        for weekday in weekdays:
            spans = [(9 * 60, 14 * 60)] if weekday == SAT else [MORNING, AFTERNOON]
            for begin, until in spans:
                draft.add(
                    WorkingHours(
                        practitioner=practitioner,
                        clinic=clinic,
                        weekday=weekday,
                        from_minute=begin,
                        until_minute=until,
                        valid_from=since,
                    )
                )


def _add_credentials(draft: Draft, staff: Staff, *, verifier: User, today: date) -> None:
    since, until = today - timedelta(days=300), today + timedelta(days=430)
    needlers = {staff.ims, staff.ims_expiring, staff.toronto}
    easterners = {staff.toronto, staff.masseur_toronto}
    for number, practitioner in enumerate(staff.all, start=1):
        province = Province.ON if practitioner in easterners else Province.BC
        for kind in IMS_PROOFS if practitioner in needlers else (CredentialKind.REGISTRATION,):
            is_certificate = kind == CredentialKind.IMS_CERTIFICATE
            ends_soon = is_certificate and practitioner is staff.ims_expiring
            draft.add(
                Credential(
                    practitioner=practitioner,
                    kind=kind,
                    issuer=IMS_SCHOOL if is_certificate else REGULATORS[province],
                    jurisdiction=ALL_CANADA if is_certificate else province,
                    number=f"{kind[:3].upper()}-{10_000 + 37 * number}",
                    issued_on=since,
                    valid_from=since,
                    valid_until=today + timedelta(days=20) if ends_soon else until,
                    status=CredentialStatus.VERIFIED,
                    verified_at=verifier.email_verified_at,
                    verified_by=verifier,
                )
            )


def _add_exceptions(draft: Draft, staff: Staff, places: Places, *, today: date) -> None:
    """A week away and a Saturday more, far enough ahead to leave the next weeks as the hours say."""
    monday = first_on_or_after(today + timedelta(days=36), MON)
    draft.add(
        TimeOff(practitioner=staff.physio, first_date=monday, last_date=monday + timedelta(days=4), reason="Holidays")
    )
    friday = first_on_or_after(today + timedelta(days=24), FRI)
    draft.add(
        ExtraHours(
            practitioner=staff.toronto, clinic=places.toronto, date=friday, from_minute=17 * 60, until_minute=19 * 60
        )
    )
