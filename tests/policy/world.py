"""Everyone who calls in the matrix, and the rows they reach for: visits and holds at two clinics."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from backend.accounts.actions._sessions import add_refresh_token
from backend.accounts.challenge import make_challenge
from backend.accounts.enums import LinkPurpose
from backend.accounts.models import MailedLink, SecondFactor, Session, User
from backend.accounts.tokens import TokenPair, pair_of, read_access
from backend.accounts.totp import make_secret
from backend.appointments.enums import Status
from backend.appointments.models import Appointment, Series, WaitlistEntry, WaitlistOffer
from backend.clinics.enums import ApiScope
from backend.clinics.keys import make_key
from backend.clinics.models import ApiKey, Clinic, Closure, MemberInvitation
from backend.common import clock, walltime
from backend.common.clock import real_now
from backend.patients.enums import ScreeningOutcome
from backend.patients.models import GuardianInvitation, Patient, Screening
from backend.practitioners.models import Credential, ExtraHours, Offering, Practitioner, TimeOff
from backend.privacy.models import Export
from backend.tasks.enums import TaskKind
from backend.tasks.models import Task
from tests.accounts.people import code_of
from tests.api_client import PASSWORD, ApiClient
from tests.cast import MON, NEEDLING, SINCE, THU, TUE, WED, Cast
from tests.policy.tokenless import TOKENLESS, tokenless
from tests.policy.waiting import let_all_wait

ABSENT = uuid.UUID("019a0000-0000-7000-8000-00000000dead")
# Whose rows stand for own, same clinic and other clinic; the practitioner is `physio`, who treats the child.
VISITS = {
    "patient": ("patients", "neighbours", "strangers"),
    "guardian": ("childs", "patients", "strangers"),
    "stranger": ("strangers", "other_childs", "patients"),
    "practitioner": ("childs", "patients", "strangers"),
    "desk": (None, "patients", "strangers"),
    "manager": (None, "patients", "strangers"),
    "other_desk": (None, "strangers", "patients"),
    "other_manager": (None, "strangers", "patients"),
    "owner": (None, "patients", "strangers"),
}
HOLDS = {
    "patient": ("patient", "desk", "stranger"),
    "guardian": ("guardian", "patient", "stranger"),
    "stranger": ("stranger", "other_desk", "patient"),
    "practitioner": (None, "patient", "stranger"),
    "desk": ("desk", "patient", "stranger"),
    "manager": ("manager", "desk", "stranger"),
    "other_desk": ("other_desk", "stranger", "patient"),
    "other_manager": ("other_manager", "other_desk", "patient"),
    "owner": ("owner", "patient", "stranger"),
}
DISTANCES = ("own", "same_clinic", "other_clinic")
TAKES_BOOKINGS = frozenset({"integration", "desk", "manager", "other_desk", "other_manager", "owner"})
_LANGLEY = frozenset({"stranger", "other_desk", "other_manager"})
# Without a token that names a session: nobody's person, aiming where `desk` does.
_KEY = "integration"


@dataclass
class World:
    """Rows by name, and a client for each actor. Those without a good token aim where `patient` does."""

    cast: Cast
    visits: dict[str, Appointment] = field(default_factory=dict)
    holds: dict[str, Appointment] = field(default_factory=dict)
    entries: dict[str, WaitlistEntry] = field(default_factory=dict)
    offers: dict[str, WaitlistOffer] = field(default_factory=dict)
    clients: dict[str, ApiClient] = field(default_factory=dict)
    exports: dict[str, uuid.UUID] = field(default_factory=dict)

    def visit(self, actor: str, target: str) -> uuid.UUID:
        """The id of the visit at that distance from the actor."""
        if target == "absent":
            return ABSENT
        name = VISITS[_stands_for(actor)][DISTANCES.index(target)]
        assert name, f"{actor} has no visit of their own"
        return self.visits[name].pk

    def entry(self, actor: str, target: str) -> uuid.UUID:
        """The id of the entry on the wait list of the patient at that distance."""
        return self._of_patient(self.entries, actor, target)

    def offer(self, actor: str, target: str) -> uuid.UUID:
        """The id of what is offered to the patient at that distance."""
        return self._of_patient(self.offers, actor, target)

    def _of_patient(self, rows: Mapping[str, WaitlistEntry | WaitlistOffer], actor: str, target: str) -> uuid.UUID:
        name = None if target == "absent" else VISITS[_stands_for(actor)][DISTANCES.index(target)]
        return rows[name].pk if name else ABSENT

    def series(self, actor: str, target: str) -> uuid.UUID:
        """The id of the series that the visit at that distance belongs to."""
        visit_id = self.visit(actor, target)
        return Series.objects.get(appointments=visit_id).pk if visit_id != ABSENT else ABSENT

    def hold(self, actor: str, target: str) -> uuid.UUID:
        """The id of the hold at that distance from the actor."""
        if target == "absent":
            return ABSENT
        name = HOLDS[_stands_for(actor)][DISTANCES.index(target)]
        assert name, f"{actor} has no hold of their own"
        return self.holds[name].pk

    def person(self, actor: str, target: str) -> uuid.UUID:
        """The id of the patient at that distance from the actor."""
        if target == "absent":
            return ABSENT
        name = VISITS[_stands_for(actor)][DISTANCES.index(target)]
        assert name, f"{actor} has no patient of their own"
        found = self.visits[name].patient_id
        assert found is not None
        return found

    def session(self, actor: str, target: str) -> uuid.UUID:
        """The id of a session: the one that calls, or somebody else's."""
        if target == "absent":
            return ABSENT
        own = _stands_for(actor)
        whose = own if target == "own" else "desk" if own != "desk" else "owner"
        return read_access(self.clients[whose].token or "").session_id

    def code(self, actor: str, *, is_on: bool = False) -> str:
        """A code of a second factor that the actor has from now on; of no use to those without a token."""
        if actor in TOKENLESS or actor == _KEY:
            return "000000"
        user_id = read_access(self.clients[actor].token or "").user_id
        confirmed_at = real_now() if is_on else None
        anew = {"secret": make_secret(), "confirmed_at": confirmed_at}
        factor, _ = SecondFactor.objects.update_or_create(user_id=user_id, defaults=anew)
        return code_of(factor)

    def challenge(self) -> str:
        """What the owner holds after the right password."""
        return make_challenge(User.objects.get(pk=self.cast.owner.pk), "matrix")

    def email(self, actor: str) -> str:
        """The address with which the actor signs in."""
        email: str = _people(self.cast)[_stands_for(actor)].email
        return email

    def task(self, actor: str, target: str) -> uuid.UUID:
        """The id of a task: one about the practitioner who calls, or one at that clinic about somebody else."""
        if target == "absent":
            return ABSENT
        clinic = self.away(actor) if target == "other_clinic" else self.home(actor)
        whose = self.cast.physio if target == "own" else self.cast.ims
        found: uuid.UUID = Task.objects.get(clinic=clinic, practitioner_id=whose.pk).pk
        return found

    def home(self, actor: str) -> Clinic:
        """The clinic that the actor works at or goes to."""
        return self.cast.langley if actor in _LANGLEY else self.cast.coquitlam

    def away(self, actor: str) -> Clinic:
        """The other one."""
        return self.cast.coquitlam if actor in _LANGLEY else self.cast.langley

    def move_visits(self, *path: Status) -> None:
        """Take every visit through these states."""
        for visit in self.visits.values():
            for status in path:
                stamp = {Status.CANCELLED: {"cancelled_at": clock.now(), "cancel_reason": "other"}}.get(status, {})
                Appointment.objects.filter(pk=visit.pk).update(status=status, **stamp)


def _stands_for(actor: str) -> str:
    return "patient" if actor in TOKENLESS else "desk" if actor == _KEY else actor


def build(cast: Cast) -> World:
    """The world of the matrix, on an untouched cast: Toronto, massage and the masseur are no longer offered."""
    world = World(cast)
    coquitlam, langley = cast.coquitlam, cast.langley
    for name, patient, practitioner, clinic, starts_at in (
        ("patients", cast.patient, cast.ims, coquitlam, cast.at(coquitlam, MON, "10:00")),
        ("childs", cast.child, cast.physio, coquitlam, cast.at(coquitlam, MON, "11:00")),
        ("neighbours", cast.cleared, cast.ims, coquitlam, cast.at(coquitlam, TUE, "10:00")),
        ("strangers", cast.stranger, cast.langley_physio, langley, cast.at(langley, WED, "10:00")),
        ("other_childs", cast.other_child, cast.langley_physio, langley, cast.at(langley, WED, "11:00")),
    ):
        world.visits[name] = _of_a_series(visit_of(cast, patient, practitioner, clinic, starts_at))
    people = _people(cast)
    _hold_for_all(world, people)
    let_all_wait(world)
    for number, (person, clinic) in enumerate([(cast.physio, coquitlam), (cast.ims, coquitlam), (cast.ims, langley)]):
        about = {"practitioner_id": person.pk, "text": "See to it.", "dedupe_key": f"{number}"}
        Task.objects.create(clinic=clinic, kind=TaskKind.VISIT_UNRESOLVED, due_date=date(2198, 1, 1), **about)
    for clinic in (coquitlam, langley, cast.toronto):
        far = date(2198, 1, 1)
        Closure.objects.create(clinic=clinic, first_date=far, last_date=far, reason="far ahead of every visit")
    _certify(cast)
    for person in (cast.physio, cast.ims, cast.masseur):
        _fill_file(person, coquitlam)
    _fill_file(cast.langley_physio, langley)
    for row in (cast.toronto, cast.massage, cast.masseur):
        type(row).objects.filter(pk=row.pk).update(is_active=False)
    User.objects.filter(pk__in=[user.pk for user in people.values()]).update(password=make_password(PASSWORD))
    _mail_links(people["patient"])
    _invite_all(cast, people)
    _ask_to_work(cast, people["stranger"])
    _export_all(world, people)
    world.clients = {name: ApiClient(pair(user).access) for name, user in people.items()}
    world.clients.update(tokenless(cast, people["patient"]))
    world.clients[_KEY], _ = (ApiClient(key_for(clinic)) for clinic in (coquitlam, langley))
    return world


def _export_all(world: World, people: Mapping[str, User]) -> None:
    """An archive of one's own, ready to be fetched."""
    cast, now = world.cast, clock.now()
    for name, patient in (("patient", cast.patient), ("guardian", cast.parent), ("stranger", cast.stranger)):
        ready = {"archive": b"PK", "ready_at": now, "expires_at": now + timedelta(days=1)}
        world.exports[name] = Export.objects.create(user=people[name], patient=patient, **ready).pk
    world.exports |= dict.fromkeys(TOKENLESS, world.exports["patient"])


def _hold_for_all(world: World, people: Mapping[str, User]) -> None:
    cast = world.cast
    for clinic, giver, names in (
        (cast.coquitlam, cast.physio, ("patient", "guardian", "desk", "manager", "owner")),
        (cast.langley, cast.langley_physio, ("stranger", "other_desk", "other_manager")),
    ):
        for hour, name in enumerate(names, start=9):
            starts_at = cast.at(clinic, THU, f"{hour}:00")
            world.holds[name] = hold_of(cast, people[name], _own_patient(cast, name), giver, clinic, starts_at)


def _of_a_series(visit: Appointment) -> Appointment:
    of: dict[str, Any] = {name: getattr(visit, name) for name in ("patient_id", "service_id", "booked_by_id")}
    series = Series.objects.create(**of)
    # Without a fee however near it is: from Sunday to Monday is less than a day.
    Appointment.objects.filter(pk=visit.pk).update(series=series, free_cancellation_minutes=0)
    return visit


def _certify(cast: Cast) -> None:
    """The practitioner who calls may give IMS, too; and everyone's answers wait for a physiotherapist."""
    Offering.objects.create(practitioner=cast.physio, clinic=cast.coquitlam, service=cast.ims_treatment)
    for kind in NEEDLING:
        proof = {"issuer": "N", "jurisdiction": "BC", "number": "1", "issued_on": SINCE, "valid_from": SINCE}
        verified = {"status": "verified", "verified_at": cast.now, "verified_by": cast.owner}
        Credential.objects.create(practitioner=cast.physio, kind=kind, **proof, **verified)
    Screening.objects.update(outcome=ScreeningOutcome.ASK_CLINICIAN)


def _fill_file(person: Practitioner, clinic: Clinic) -> None:
    """What the cast has none of: a credential that nobody has verified, and exceptions far ahead of every visit."""
    far, document = date(2198, 1, 1), {"kind": "registration", "issuer": "N", "jurisdiction": "BC"}
    scan = default_storage.save("evidence/scan.pdf", ContentFile(b"%PDF-"))
    Credential.objects.create(
        practitioner=person, number=f"{person}", issued_on=far, valid_from=far, evidence=scan, **document
    )
    Practitioner.objects.filter(pk=person.pk).update(photo=default_storage.save("photos/a.jpg", ContentFile(b"JPEG")))
    ExtraHours.objects.create(practitioner=person, clinic=clinic, date=far, from_minute=0, until_minute=60)
    TimeOff.objects.create(practitioner=person, first_date=far, last_date=far)


def _mail_links(user: User) -> None:
    for purpose in LinkPurpose:
        until = real_now() + timedelta(days=1)
        link = {"purpose": purpose, "email": f"{purpose}@example.test", "expires_at": until}
        MailedLink.objects.create(user=user, previous_email="patient@example.test", **link)


def _invite_all(cast: Cast, people: Mapping[str, User]) -> None:
    for user in people.values():
        _invite(cast, user)
    # Whom a desk knows by the address of somebody without a record of their own.
    email = people["desk"].email
    Patient.objects.create(given_name="D", family_name="D", email=email, birth_date=date(1900, 1, 1))


def _ask_to_work(cast: Cast, user: User) -> None:
    for clinic in (cast.coquitlam, cast.langley):
        asked = {"email": user.email, "role": "front_desk", "invited_by": cast.owner, "clinic": clinic}
        MemberInvitation.objects.create(expires_at=real_now() + timedelta(days=7), **asked)


def _invite(cast: Cast, user: User) -> None:
    until = real_now() + timedelta(days=7)
    asked = {"relationship": "other", "scopes": ["read"], "invited_by": cast.owner, "expires_at": until}
    GuardianInvitation.objects.create(patient=cast.cleared, email=user.email, **asked)


def pair(user: User) -> TokenPair:
    """The first pair of a new session."""
    session = Session.objects.create(user=user, device_name="matrix", expires_at=real_now())
    return pair_of(add_refresh_token(session), session)


def key_for(clinic: Clinic, *scopes: ApiScope, **fields: Any) -> str:
    """An API key of one clinic, with every scope unless some are named."""
    text = make_key()
    user = User.objects.create(
        email=f"{text.prefix}@api-key.invalid", given_name="Key", family_name="-", is_active=False
    )
    held = [str(scope) for scope in scopes or ApiScope]
    used = {"last_used_at": real_now(), **fields}
    key = ApiKey.objects.create(user=user, name="Key", prefix=text.prefix, digest=text.digest, scopes=held, **used)
    key.clinics.set([clinic])
    return str(text)


def _people(cast: Cast) -> dict[str, User]:
    found = {
        "patient": cast.patient.user,
        "guardian": cast.parent.user,
        "stranger": cast.stranger.user,
        "practitioner": cast.physio.user,
        "desk": cast.desk_coquitlam,
        "manager": cast.manager_coquitlam,
        "other_desk": cast.desk_langley,
        "other_manager": cast.manager_langley,
        "owner": cast.owner,
    }
    return {name: user for name, user in found.items() if user is not None}


def _own_patient(cast: Cast, actor: str) -> Patient | None:
    return {"patient": cast.patient, "guardian": cast.child, "stranger": cast.stranger}.get(actor)


def visit_of(
    cast: Cast, patient: Patient, practitioner: Practitioner, clinic: Clinic, starts_at: datetime
) -> Appointment:
    """A follow-up of half an hour that the owner booked."""
    booked = {"status": Status.BOOKED, "booked_at": cast.now, "booked_by": cast.owner}
    return _row(cast, patient, practitioner, clinic, starts_at, **booked)


def hold_of(
    cast: Cast, holder: User, patient: Patient | None, practitioner: Practitioner, clinic: Clinic, starts_at: datetime
) -> Appointment:
    expires_at = clock.now() + timedelta(minutes=10)
    held = {"status": Status.HELD, "held_by": holder, "hold_expires_at": expires_at}
    return _row(cast, patient, practitioner, clinic, starts_at, **held)


def _row(
    cast: Cast,
    patient: Patient | None,
    practitioner: Practitioner,
    clinic: Clinic,
    starts_at: datetime,
    **fields: object,
) -> Appointment:
    ends_at = starts_at + timedelta(minutes=30)
    return Appointment.objects.create(
        patient=patient,
        practitioner=practitioner,
        clinic=clinic,
        service=cast.physio_follow_up,
        room=clinic.rooms.filter(kind=cast.physio_follow_up.room_kind).order_by("name")[0],
        occupied_from=starts_at,
        starts_at=starts_at,
        ends_at=ends_at,
        occupied_until=ends_at,
        local_start=walltime.promised(starts_at, walltime.zone(clinic.timezone)).local_start,
        timezone=clinic.timezone,
        price_minor=10_000,
        tax_basis_points=0,
        currency="CAD",
        free_cancellation_minutes=60,  # on a Sunday evening the first visit is tomorrow
        late_cancellation_fee_percent=50,
        no_show_fee_percent=100,
        **fields,
    )
