"""practitioners.csv: profile, hours, offerings, proofs; accounts are linked, never made."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import User
from backend.audit.models import AuditEntry
from backend.events.models import DomainEvent
from backend.practitioners.models import Credential, Offering, Placement, Practitioner, WorkingHours
from tests.appointments.rows import add_visit
from tests.cast import MON, THU, WED, Cast
from tests.imports.files import NADIA, Importer, as_csv

SAME = ["0 created, 0 changed, 1 unchanged.", "Nothing to change: all is as the file says."]


def nadia() -> Practitioner:
    return Practitioner.objects.get(external_ref="p-1")


def hours() -> set[tuple[str, int, int]]:
    standing = WorkingHours.objects.filter(practitioner=nadia(), valid_until=None)
    return set(standing.values_list("clinic__slug", "weekday", "from_minute"))


WEEK = {*(("coquitlam", day, 540) for day in range(MON, WED + 1)), ("langley", THU, 600), ("langley", THU + 1, 600)}


def test_a_practitioner_is_entered_with_all_that_the_file_says(cast: Cast, imports: Importer) -> None:
    assert imports.done("practitioners", [NADIA]) == ["1 created, 0 changed, 0 unchanged."]
    person = nadia()
    assert (person.title_fr, person.languages, person.disciplines) == (
        "Physiothérapeute",
        ["en", "fr"],
        ["physiotherapy", "ims"],
    )
    assert (person.user_id, person.is_active, hours()) == (None, True, WEEK)
    offerings = Offering.objects.filter(practitioner=person).values_list("clinic__slug", "service__code")
    assert set(offerings) == {("coquitlam", "ims-assessment"), ("langley", "ims-assessment")}
    proofs = Credential.objects.filter(practitioner=person).order_by("kind")
    assert [
        (one.kind, one.jurisdiction, one.number, one.valid_from, one.valid_until, one.status) for one in proofs
    ] == [
        ("ims_certificate", "CA", "C-9", date(2021, 5, 1), None, "pending"),
        ("registration", "BC", "12345", date(2020, 1, 1), date(2027, 12, 31), "pending"),
    ]
    assert AuditEntry.objects.get(subject_id=person.pk).action == "practitioner.created"
    assert set(AuditEntry.objects.filter(subject_id__in=[one.pk for one in proofs]).values_list("action")) == {
        ("credential.created",)
    }
    assert DomainEvent.objects.filter(subject_id=person.pk, type="practitioner.created.v1").count() == 1


def test_the_same_file_again_changes_nothing_and_says_so(cast: Cast, imports: Importer) -> None:
    imports.done("practitioners", [NADIA])
    entries = AuditEntry.objects.count()
    assert imports.done("practitioners", [NADIA]) == SAME
    assert AuditEntry.objects.count() == entries


def test_a_week_that_moves_keeps_the_past(cast: Cast, imports: Importer) -> None:
    imports.done("practitioners", [NADIA])
    begun = cast.today(cast.toronto) - timedelta(days=60)
    WorkingHours.objects.filter(practitioner=nadia()).update(valid_from=begun)
    moved = {**NADIA, "hours": "langley Mon-Wed 09:00-17:00; langley Thu-Fri 10:00-18:00"}
    assert imports.done("practitioners", [moved]) == ["0 created, 1 changed, 0 unchanged."]
    assert hours() == {("langley", day, 540 if day <= WED else 600) for day in range(MON, THU + 2)}
    ended = WorkingHours.objects.filter(practitioner=nadia(), clinic=cast.coquitlam)
    assert {one.valid_from for one in ended} == {begun}
    assert all(one.valid_until < one.valid_from + timedelta(days=61) for one in ended if one.valid_until)
    assert imports.done("practitioners", [moved]) == SAME
    entry = AuditEntry.objects.get(subject_id=nadia().pk, action="practitioner.changed")
    assert "coquitlam Mon 09:00-17:00" in entry.before["hours"]


def test_clinics_are_added_and_never_taken_away(cast: Cast, imports: Importer) -> None:
    imports.done("practitioners", [NADIA])
    imports.done("practitioners", [{**NADIA, "clinics": "toronto", "services": "", "hours": ""}])
    placed = Placement.objects.filter(practitioner=nadia()).values_list("clinic__slug", flat=True)
    assert set(placed) == {"coquitlam", "langley", "toronto"}
    assert nadia().version == 2


def test_offerings_become_what_the_file_says(cast: Cast, imports: Importer) -> None:
    imports.done("practitioners", [NADIA])
    imports.done("practitioners", [{**NADIA, "clinics": "langley", "services": "physio-initial", "hours": ""}])
    offerings = Offering.objects.filter(practitioner=nadia()).values_list("clinic__slug", "service__code")
    assert list(offerings) == [("langley", "physio-initial")]
    assert hours() == set()


def test_proofs_are_verified_by_a_manager_who_has_seen_them(cast: Cast, imports: Importer) -> None:
    imports.done("practitioners", [NADIA])
    manager = cast.manager_coquitlam
    assert imports.done("practitioners", [NADIA], "--verified-by", manager.email.upper())[-1].startswith("0 created, 1")
    proofs = Credential.objects.filter(practitioner=nadia())
    assert {(one.status, one.verified_by_id) for one in proofs} == {("verified", manager.pk)}
    assert DomainEvent.objects.filter(type="credential.verified.v1").count() == 2
    entries = AuditEntry.objects.filter(action="credential.verified")
    assert {entry.actor_id for entry in entries} == {manager.pk}
    assert imports.done("practitioners", [NADIA], "--verified-by", manager.email) == SAME


@pytest.mark.parametrize("who", ["desk_coquitlam", "manager_toronto", "nobody"])
def test_not_everybody_verifies(cast: Cast, imports: Importer, who: str) -> None:
    email = getattr(cast, who).email if hasattr(cast, who) else f"{who}@test.test"
    [fault] = imports.faults("practitioners", [NADIA], "--verified-by", email)
    assert fault == f'line 1: "{email.replace("@", "@")}" is no manager or owner who could verify proofs.'


def test_a_manager_verifies_only_at_their_clinics(cast: Cast, imports: Importer) -> None:
    at_langley = {**NADIA, "clinics": "langley", "hours": ""}
    [fault] = imports.faults("practitioners", [at_langley], "--verified-by", cast.manager_coquitlam.email)
    assert fault.startswith("line 2, credentials: who verifies is this practitioner, or manages none")


def test_nobody_verifies_their_own(cast: Cast, imports: Importer) -> None:
    own = {**NADIA, "email": cast.owner.email}
    [fault] = imports.faults("practitioners", [own], "--verified-by", cast.owner.email)
    assert fault.startswith("line 2, credentials: who verifies is this practitioner")


def test_a_proof_that_was_judged_does_not_change(cast: Cast, imports: Importer) -> None:
    imports.done("practitioners", [NADIA], "--verified-by", cast.owner.email)
    later = {**NADIA, "credentials": NADIA["credentials"].replace("2027", "2037")}
    [fault] = imports.faults("practitioners", [later])
    assert fault == 'line 2, credentials: "12345" is verified and cannot change.'


def test_a_pending_proof_is_completed(cast: Cast, imports: Importer) -> None:
    imports.done("practitioners", [NADIA])
    later = {**NADIA, "credentials": NADIA["credentials"].replace("2027", "2037")}
    imports.done("practitioners", [later])
    assert Credential.objects.get(number="12345").valid_until == date(2037, 12, 31)


def test_an_account_is_linked_and_none_is_made(cast: Cast, imports: Importer) -> None:
    accounts = User.objects.count()
    [note, _] = imports.done("practitioners", [{**NADIA, "email": "nadia@demo.test"}])
    assert note == 'line 2, email: nobody has a verified account of "nadia@demo.test"; not linked.'
    account = User.objects.create(email="nadia@demo.test", given_name="Nadia", family_name="Roy", password="!")
    assert imports.done("practitioners", [{**NADIA, "email": "nadia@demo.test"}])[1:] == SAME
    User.objects.filter(pk=account.pk).update(email_verified_at=cast.now)
    imports.done("practitioners", [{**NADIA, "email": "Nadia@Demo.test"}])
    assert nadia().user_id == account.pk
    assert User.objects.count() == accounts + 1
    roles = account.memberships.values_list("clinic__slug", "role")
    assert set(roles) == {("coquitlam", "practitioner"), ("langley", "practitioner")}
    assert AuditEntry.objects.filter(action="member.created").count() == 2
    assert imports.done("practitioners", [{**NADIA, "email": "nadia@demo.test"}]) == SAME
    [fault] = imports.faults("practitioners", [{**NADIA, "email": cast.owner.email}])
    assert fault == "line 2, email: this practitioner signs in with another address."


def test_an_account_is_one_practitioners(cast: Cast, imports: Importer) -> None:
    taken = cast.ims.user
    assert taken is not None
    [fault] = imports.faults("practitioners", [{**NADIA, "email": taken.email}])
    assert fault.endswith("is another practitioner's.")


def test_visits_that_are_no_longer_covered_are_told_and_stay(cast: Cast, imports: Importer) -> None:
    visit = add_visit(
        service=cast.physio_follow_up,
        practitioner=cast.ims,
        room=cast.coquitlam.rooms.filter(kind="treatment")[0],
        starts_at=cast.at(cast.coquitlam, MON, "10:00"),
        patient=cast.patient,
    )
    Practitioner.objects.filter(pk=cast.ims.pk).update(external_ref="p-1")
    columns = ("external_ref", "given_name", "family_name", "title", "clinics")
    away = {**{name: NADIA[name] for name in columns}, "hours": "coquitlam Tue 09:00-17:00"}
    report = imports.done("practitioners", [away])
    assert report[0].startswith(f"no longer covered: visit {visit.pk} on ")
    visit.refresh_from_db()
    assert visit.status == "booked"


@pytest.mark.parametrize(
    ("column", "text", "detail"),
    [
        ("languages", "English", '"English" is not a language such as en or zh-hant'),
        ("disciplines", "ims; magic", 'is wrong at "magic", which is not one of physiotherapy, ims, massage_therapy'),
        ("clinics", "atlantis", '"atlantis" is not the slug of an open clinic'),
        ("services", "yoga", '"yoga" is not the code of a service'),
        ("hours", "Mon 09:00-17:00", 'has no open clinic "Mon" before its hours'),
        ("hours", "coquitlam", "is not hours such as Mon-Fri 08:00-18:00"),
        ("hours", "coquitlam Mon 09:00-17:00; langley Mon 16:00-18:00", "covers the same time twice"),
        ("hours", "toronto Sat 09:00-10:00", "toronto is not among the clinics of this line"),
        ("credentials", "registration|BC|CPTBC", "is not a proof such as"),
        ("credentials", "diploma|BC|X|1|2020-01-01", "has none of the kinds registration"),
        ("credentials", "registration|US|X|1|2020-01-01", "has no province, nor CA, second"),
        ("credentials", "registration|BC|X|1|1.1.2020", "is not a date such as"),
        ("credentials", "registration|BC|X|1|2020-01-01|2019-01-01", "ends before it begins"),
        ("credentials", "registration|BC|X|1|2020-01-01;registration|BC|Y|1|2020-01-01", "names a proof twice"),
        ("credentials", f"registration|BC|X|{'9' * 61}|2020-01-01", "is longer than 60 characters"),
        ("credentials", "registration|BC|The regulator|Ims|2020-01-01", '"Ims" is the registration of somebody else'),
    ],
)
def test_what_makes_no_sense_is_told(cast: Cast, imports: Importer, column: str, text: str, detail: str) -> None:
    [fault] = imports.faults("practitioners", [{**NADIA, column: text}])
    assert fault.startswith(f"line 2, {column}: ")
    assert detail in fault
    assert not Practitioner.objects.filter(external_ref="p-1").exists()


def test_a_service_is_offered_by_a_clinic_of_the_line(cast: Cast, imports: Importer) -> None:
    [fault] = imports.faults("practitioners", [{**NADIA, "clinics": "langley", "hours": "", "services": "massage"}])
    assert fault == "line 2, services: none of the clinics offers massage."


def test_two_lines_do_not_share_a_proof(cast: Cast, imports: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.common.imports.rows.BATCH_LINES", 1)
    report = imports.faults("practitioners", [NADIA, {**NADIA, "external_ref": "p-2"}])
    assert [fault.startswith("line 3, credentials: ") for fault in report] == [True, True]


def test_statements_do_not_grow_with_the_lines(cast: Cast, imports: Importer) -> None:
    def statements(count: int) -> int:
        proofs = NADIA["credentials"].split("; ")[0]
        lines = [
            {**NADIA, "external_ref": f"{count}-{n}", "credentials": proofs.replace("12345", f"{count}.{n}")}
            for n in range(count)
        ]
        with CaptureQueriesContext(connection) as seen:
            imports.done("practitioners", as_csv(lines))
        return len(seen)

    assert statements(2) == statements(90)
    assert statements(2) == statements(90), "when nothing changes"
