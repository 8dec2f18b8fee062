"""A valid call of each operation, aimed by an actor at a target. An operation that is not here fails the matrix."""

import functools
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F

from backend.accounts.verification import make_verification
from backend.appointments.enums import Status
from backend.appointments.models import Appointment, WaitlistPlace
from backend.common.http.openapi.document import describe_api
from backend.common.models import ClockOffset
from backend.patients.models import Patient
from tests.api_client import MULTIPART, PASSWORD, ApiClient, multipart
from tests.cast import FRI
from tests.policy.account_calls import ACCOUNTS
from tests.policy.aftercare_calls import AFTERCARE
from tests.policy.assessment_calls import ASSESSMENTS
from tests.policy.care_calls import CARE
from tests.policy.course_calls import COURSES
from tests.policy.file_calls import FILES
from tests.policy.key_calls import KEYS
from tests.policy.merge_calls import MERGES
from tests.policy.setup_calls import SETUP
from tests.policy.world import ABSENT, TAKES_BOOKINGS, World, pair


@dataclass
class Sent:
    """What is sent. `path` ids fill the operation's path."""

    path: Mapping[str, uuid.UUID] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    file: bytes | None = None
    query: dict[str, Any] = field(default_factory=dict)
    key: str | None = None
    if_match: str | None = None

    @property
    def raw(self) -> dict[str, Any] | bytes | None:
        """What is sent: the file as multipart/form-data, if there is one."""
        return self.body if self.file is None else multipart(self.file)

    @property
    def headers(self) -> dict[str, str]:
        """What the file needs."""
        return {} if self.file is None else {"Content-Type": MULTIPART}


@dataclass(frozen=True)
class Operation:
    """An operation of the description."""

    id: str
    method: str
    path: str
    success: int
    description: Mapping[str, Any]

    def send(self, client: ApiClient, sent: Sent) -> Any:
        """Call it."""
        path = self.path.format(**sent.path)
        return client.call(
            self.method, path, sent.raw, query=sent.query, key=sent.key, if_match=sent.if_match, headers=sent.headers
        )


@functools.cache
def operations() -> dict[str, Operation]:
    """Every operation that is served, by name. Of all callers one: nobody changes it."""
    found = {}
    for path, methods in describe_api()["paths"].items():
        for method, told in methods.items():
            success = min(int(status) for status in told["responses"])
            found[told["operationId"]] = Operation(told["operationId"], method.upper(), path, success, told)
    return found


Aim = Callable[[World, str, str], Sent]
DISTANCES = ("own", "same_clinic", "other_clinic", "absent")
WHOM = ("nobody", *DISTANCES, "elsewhere")
PUBLIC = ("shown", "withdrawn", "absent")
HOLDS = ("own_hold", "hold_at_same_clinic", "hold_at_other_clinic", "absent_hold")


def _visit(world: World, actor: str, target: str) -> Sent:
    return Sent(path={"appointment_id": world.visit(actor, target)})


def _cancel(world: World, actor: str, target: str) -> Sent:
    return Sent(
        path={"appointment_id": world.visit(actor, target)}, body={"reason_code": "other", "expected_fee_minor": 0}
    )


def _reschedule(world: World, actor: str, target: str) -> Sent:
    free = world.cast.at(world.home(actor), FRI, "09:00").isoformat()
    path = {"appointment_id": world.visit(actor, target)}
    return Sent(path=path, body={"starts_at": free, "practitioner_id": None})


def _reassign(world: World, actor: str, target: str) -> Sent:
    """At Coquitlam to anyone; at Langley nobody else could, so to who gives it."""
    visit = Appointment.objects.filter(pk=(visit_id := world.visit(actor, target)), clinic=world.cast.langley).first()
    named = {"practitioner_id": str(visit.practitioner_id)} if visit else {}
    return Sent(path={"appointment_id": visit_id}, body={**named, "reason": "Ill"})


def _swap(world: World, actor: str, target: str) -> Sent:
    """With the neighbour that the owner, too, may touch: both are at one clinic."""
    visit = Appointment.objects.filter(pk=(visit_id := world.visit(actor, target))).first()
    name = "other_childs" if visit and visit.clinic_id == world.cast.langley.pk else "neighbours"
    other = world.visits["patients" if visit_id == world.visits[name].pk else name]
    return Sent(path={"appointment_id": visit_id}, body={"with_appointment_id": str(other.pk), "reason": "They asked"})


def _entry(world: World, actor: str, target: str) -> Sent:
    return Sent(path={"entry_id": world.entry(actor, target)})


def _offer(world: World, actor: str, target: str) -> Sent:
    return Sent(path={"offer_id": world.offer(actor, target)})


def _wait(world: World, actor: str, target: str) -> Sent:
    """For a first visit on Friday: for follow-ups everybody waits already."""
    wanted, day = _start(world, actor, target), str(world.cast.day(world.cast.coquitlam, FRI))
    whose = {name: wanted[name] for name in ("patient_id",) if name in wanted}
    about = {"service_id": str(world.cast.physio_initial.pk), "clinic_ids": [wanted["clinic_id"]]}
    return Sent(body={**about, **whose, "windows": [{"first_date": day, "last_date": day}]})


def _move_entry(world: World, actor: str, target: str) -> Sent:
    entry_id = world.entry(actor, target)
    place = WaitlistPlace.objects.filter(entry_id=entry_id).first()
    clinic_id = str(place.clinic_id if place else world.home(actor).pk)
    body = {"clinic_id": clinic_id, "before_entry_id": None, "reason": "In pain"}
    return Sent(path={"entry_id": entry_id}, body=body)


def _note(world: World, actor: str, target: str) -> Sent:
    path = {"appointment_id": world.visit(actor, target)}
    return Sent(path=path, body={"note": "By the back door"}, if_match="*")


def _hold(world: World, actor: str, target: str) -> Sent:
    return Sent(path={"hold_id": world.hold(actor, target)})


def _start(world: World, actor: str, target: str) -> dict[str, Any]:
    """A free start for the patient at that distance, at the actor's clinic unless told to be elsewhere."""
    clinic = world.away(actor) if target == "elsewhere" else world.home(actor)
    wanted: dict[str, Any] = {
        "service_id": str(world.cast.physio_follow_up.pk),
        "clinic_id": str(clinic.pk),
        "starts_at": world.cast.at(clinic, FRI, "09:00").isoformat(),
    }
    if target in DISTANCES:
        wanted["patient_id"] = str(world.person(actor, target))
    elif target == "elsewhere" and actor in TAKES_BOOKINGS:
        wanted["patient_id"] = str(world.person(actor, "same_clinic"))
    return wanted


def _take(world: World, actor: str, target: str) -> Sent:
    return Sent(body=_start(world, actor, target))


def _plan(world: World, actor: str, target: str) -> Sent:
    wanted = _start(world, actor, target)
    where = {"service_id": wanted["service_id"], "clinic_ids": [wanted["clinic_id"]]}
    whom = {"patient_id": wanted["patient_id"]} if "patient_id" in wanted else {}
    return Sent(body={**where, **whom, "count": 2, "min_gap_days": 7, "max_gap_days": 14})


def _book_series(world: World, actor: str, target: str) -> Sent:
    wanted = _start(world, actor, target)
    visit = {"clinic_id": wanted.pop("clinic_id"), "starts_at": wanted.pop("starts_at")}
    return Sent(body={**wanted, "visits": [visit]}, key="a-key")


def _series(world: World, actor: str, target: str) -> Sent:
    return Sent(path={"series_id": world.series(actor, target)})


def _cancel_series(world: World, actor: str, target: str) -> Sent:
    return Sent(path={"series_id": world.series(actor, target)}, body={"reason_code": "other"})


def _book(world: World, actor: str, target: str) -> Sent:
    if target not in HOLDS:
        return Sent(body=_start(world, actor, target), key="a-key")
    distance = target.removeprefix("hold_at_").removesuffix("_hold")
    body = {"hold_id": str(world.hold(actor, distance))}
    if actor in TAKES_BOOKINGS:
        body["patient_id"] = str(world.person(actor, "same_clinic"))
    return Sent(body=body, key="a-key")


def _search(world: World, actor: str, target: str) -> Sent:
    query = {"service": "physio-follow-up", "clinic": str(world.home(actor).pk)}
    return Sent(query=query if target == "nobody" else {**query, "patient": str(world.person(actor, target))})


def _explain(world: World, actor: str, target: str) -> Sent:
    sent = _search(world, actor, target)
    start = world.cast.at(world.home(actor), FRI, "09:00").isoformat()
    return Sent(query={**sent.query, "starts_at": start})


def _sign_in(world: World, actor: str, target: str) -> Sent:
    user = world.cast.patient.user
    assert user
    return Sent(body={"email": user.email, "password": PASSWORD})


def _refresh(world: World, actor: str, target: str) -> Sent:
    return Sent(body={"refresh": pair(world.cast.owner).refresh})


def _register(world: World, actor: str, target: str) -> Sent:
    names = {"given_name": "Nora", "family_name": "New"}
    return Sent(body={"email": "nora@example.test", "password": "correct horse battery", **names})


def _verify(world: World, actor: str, target: str) -> Sent:
    return Sent(body={"token": make_verification(world.cast.owner)})


def _resend(world: World, actor: str, target: str) -> Sent:
    return Sent(body={"email": world.cast.owner.email})


def _update_me(world: World, actor: str, target: str) -> Sent:
    return Sent(body={"given_name": "Renamed"}, if_match="*")


def _task(world: World, actor: str, target: str) -> Sent:
    return Sent(path={"task_id": world.task(actor, target)})


def _assign(world: World, actor: str, target: str) -> Sent:
    return Sent(path={"task_id": world.task(actor, target)}, body={"assignee_id": str(world.cast.owner.pk)})


def _clinic(world: World, actor: str, target: str) -> Sent:
    return Sent(path={"clinic_id": _public(target, world.cast.coquitlam.pk, world.cast.toronto.pk)})


def _service(world: World, actor: str, target: str) -> Sent:
    return Sent(path={"service_id": _public(target, world.cast.physio_follow_up.pk, world.cast.massage.pk)})


def _practitioner(world: World, actor: str, target: str) -> Sent:
    return Sent(path={"practitioner_id": _public(target, world.cast.ims.pk, world.cast.masseur.pk)})


def _public(target: str, shown: uuid.UUID, withdrawn: uuid.UUID) -> uuid.UUID:
    return {"shown": shown, "withdrawn": withdrawn, "absent": ABSENT}[target]


def _patient(world: World, actor: str, target: str) -> Sent:
    return Sent(path={"patient_id": world.person(actor, target)})


def _update_patient(world: World, actor: str, target: str) -> Sent:
    return Sent(path={"patient_id": world.person(actor, target)}, body={"given_name": "Renamed"}, if_match="*")


def _take_on(world: World, actor: str, target: str) -> Sent:
    clinic = {"at_home": world.home(actor), "elsewhere": world.away(actor)}[target]
    return Sent(body={"clinic_id": str(clinic.pk), "given_name": "Nora", "family_name": "New"})


def _look_up(world: World, actor: str, target: str) -> Sent:
    clinic = world.away(actor) if target == "elsewhere" else world.home(actor)
    person = Patient.objects.filter(pk=world.person(actor, "same_clinic" if target == "elsewhere" else target)).first()
    known = {"email": (person and person.email) or "absent@example.test", "birth_date": "1985-05-05"}
    return Sent(body={"clinic_id": str(clinic.pk), **known})


def _dependant(world: World, actor: str, target: str) -> Sent:
    names = {"given_name": "Nora", "family_name": "New"}
    return Sent(body={**names, "birth_date": "2020-02-02", "relationship": "parent"})


def _sent(parts: Callable[[World, str, str], dict[str, Any]]) -> Aim:
    return lambda world, actor, target: Sent(**parts(world, actor, target))


def _plain(world: World, actor: str, target: str) -> Sent:
    return Sent()


@dataclass(frozen=True)
class Entry:
    """How to call an operation: on which targets, with what, and in which state visits must be before."""

    aim: Aim
    targets: tuple[str, ...]
    states: tuple[Status, ...] = ()
    after_start: bool = False
    ready: Callable[[World], None] = lambda _world: None

    def prepare(self, world: World) -> None:
        """Bring about what the operation needs to succeed."""
        world.move_visits(*self.states)
        if self.after_start:
            ahead = max(visit.starts_at for visit in world.visits.values()) - world.cast.now
            if not ClockOffset.objects.update(offset=F("offset") + ahead):
                ClockOffset.objects.create(offset=ahead)
        self.ready(world)


S = Status
CALLS: Mapping[str, Entry] = {
    "listSlots": Entry(_search, ("nobody", *DISTANCES)),
    "nextSlots": Entry(_search, ("nobody", *DISTANCES)),
    "explainSlot": Entry(_explain, ("nobody", *DISTANCES)),
    "createHold": Entry(_take, WHOM),
    "planSeries": Entry(_plan, WHOM),
    "listHolds": Entry(_plain, ("any",)),
    "bookSeries": Entry(_book_series, WHOM),
    "getSeries": Entry(_series, DISTANCES),
    "cancelSeries": Entry(_cancel_series, DISTANCES),
    "getHold": Entry(_hold, DISTANCES),
    "deleteHold": Entry(_hold, DISTANCES),
    "extendHold": Entry(_hold, DISTANCES),
    "createAppointment": Entry(_book, (*WHOM, *HOLDS)),
    "listAppointments": Entry(_plain, ("any",)),
    "getAppointment": Entry(_visit, DISTANCES),
    "updateAppointment": Entry(_note, DISTANCES),
    "getAppointmentCalendar": Entry(_visit, DISTANCES),
    "listAppointmentHistory": Entry(_visit, DISTANCES),
    "rescheduleAppointment": Entry(_reschedule, DISTANCES),
    "reassignAppointment": Entry(_reassign, DISTANCES),
    "swapAppointments": Entry(_swap, DISTANCES),
    "cancelAppointment": Entry(_cancel, DISTANCES),
    "confirmAppointment": Entry(_visit, DISTANCES),
    "checkInAppointment": Entry(_visit, DISTANCES),
    "startAppointment": Entry(_visit, DISTANCES, (S.CHECKED_IN,)),
    "completeAppointment": Entry(_visit, DISTANCES, (S.CHECKED_IN, S.IN_PROGRESS)),
    "markAppointmentNoShow": Entry(_visit, DISTANCES, after_start=True),
    "createWaitlistEntry": Entry(_wait, WHOM),
    "listWaitlistEntries": Entry(_plain, ("any",)),
    "getWaitlistEntry": Entry(_entry, DISTANCES),
    "deleteWaitlistEntry": Entry(_entry, DISTANCES),
    "moveWaitlistEntry": Entry(_move_entry, DISTANCES),
    "getWaitlistOffer": Entry(_offer, DISTANCES),
    "acceptWaitlistOffer": Entry(_offer, DISTANCES),
    "declineWaitlistOffer": Entry(_offer, DISTANCES),
    "listPatients": Entry(_plain, ("any",)),
    "createPatient": Entry(_take_on, ("at_home", "elsewhere")),
    "lookUpPatient": Entry(_look_up, ("same_clinic", "other_clinic", "absent", "elsewhere")),
    "getPatient": Entry(_patient, DISTANCES),
    "getPatientAttendance": Entry(_patient, DISTANCES),
    "updatePatient": Entry(_update_patient, DISTANCES),
    "listMyPatients": Entry(_plain, ("any",)),
    "createDependant": Entry(_dependant, ("any",)),
    "getMyPatient": Entry(_patient, DISTANCES),
    "updateMyPatient": Entry(_update_patient, DISTANCES),
    "getMe": Entry(_plain, ("any",)),
    "updateMe": Entry(_update_me, ("any",)),
    "logout": Entry(_plain, ("any",)),
    "createToken": Entry(_sign_in, ("any",)),
    "refreshToken": Entry(_refresh, ("any",)),
    "register": Entry(_register, ("any",)),
    "verifyEmail": Entry(_verify, ("any",)),
    "resendVerification": Entry(_resend, ("any",)),
    "getSandboxClock": Entry(_plain, ("any",)),
    "moveSandboxClock": Entry(lambda *_: Sent(body={"offset_seconds": 60}), ("any",)),
    "resetSandbox": Entry(_plain, ("any",)),
    "listTasks": Entry(_plain, ("any",)),
    "getTask": Entry(_task, DISTANCES),
    "listTaskAssignees": Entry(_task, DISTANCES),
    "assignTask": Entry(_assign, DISTANCES),
    "completeTask": Entry(_task, DISTANCES),
    "listErrors": Entry(_plain, ("any",)),
    "listClinics": Entry(_plain, ("any",)),
    "listServices": Entry(_plain, ("any",)),
    "listPractitioners": Entry(_plain, ("any",)),
    "getClinic": Entry(_clinic, PUBLIC),
    "getService": Entry(_service, PUBLIC),
    "getPractitioner": Entry(_practitioner, PUBLIC),
    **{
        name: Entry(_sent(parts), targets)
        for name, (parts, targets) in {**SETUP, **FILES, **CARE, **ACCOUNTS, **KEYS}.items()
    },
    **{
        name: Entry(_sent(parts), targets, ready=ready)
        for name, (parts, targets, ready) in {**AFTERCARE, **ASSESSMENTS, **COURSES, **MERGES}.items()
    },
}
