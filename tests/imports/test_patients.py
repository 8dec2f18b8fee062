"""patients.csv: entered once, changed when the file changes, nobody merged."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import User
from backend.audit.models import AuditEntry
from backend.events.models import DomainEvent
from backend.patients.models import Patient, PatientClinic
from tests.cast import Cast
from tests.imports.files import ADA, Cells, Importer, as_csv

SAME = ["0 created, 0 changed, 1 unchanged.", "Nothing to change: all is as the file says."]


def clinics_of(patient: Patient) -> set[str]:
    return set(patient.clinic_links.values_list("clinic__slug", flat=True))


def test_a_patient_is_entered_with_all_that_the_file_says(cast: Cast, imports: Importer) -> None:
    assert imports.done("patients", [ADA]) == ["1 created, 0 changed, 0 unchanged."]
    patient = Patient.objects.get(external_ref="a-1")
    assert (patient.given_name, patient.family_name, patient.language) == ("Ada", "Wu", "fr")
    assert (patient.birth_date, patient.email, str(patient.phone)) == (
        date(1985, 5, 31),
        "ada@example.test",
        "+16045550123",
    )
    assert (clinics_of(patient), patient.user_id, patient.version) == ({"coquitlam"}, None, 1)
    entry = AuditEntry.objects.get(subject_id=patient.pk)
    assert (entry.action, entry.actor_id, entry.reason) == ("patient.created", None, "import_patients")
    assert entry.patient_id == patient.pk
    assert entry.after["email"] == "ada@example.test"
    assert list(DomainEvent.objects.filter(subject_id=patient.pk).values_list("type", "clinic_id")) == [
        ("patient.created.v1", cast.coquitlam.pk)
    ]


def test_the_same_file_again_changes_nothing_and_says_so(cast: Cast, imports: Importer) -> None:
    imports.done("patients", [ADA])
    before = (Patient.objects.values_list("version", "updated_at").get(external_ref="a-1"), AuditEntry.objects.count())
    assert imports.done("patients", [ADA]) == SAME
    assert before == (
        Patient.objects.values_list("version", "updated_at").get(external_ref="a-1"),
        AuditEntry.objects.count(),
    )


def test_a_changed_line_changes_its_patient_and_no_other(cast: Cast, imports: Importer) -> None:
    bo = {**ADA, "external_ref": "a-2", "given_name": "Bo"}
    imports.done("patients", [ADA, bo])
    changed = {**ADA, "phone": "", "clinics": "langley"}
    assert imports.done("patients", [changed, bo])[-1] == "0 created, 1 changed, 1 unchanged."
    patient = Patient.objects.get(external_ref="a-1")
    assert (patient.phone, patient.email, patient.version) == (None, "ada@example.test", 2)
    assert clinics_of(patient) == {"coquitlam", "langley"}, "a link is never taken away"
    entry = AuditEntry.objects.get(subject_id=patient.pk, action="patient.changed")
    assert (entry.before, entry.after) == ({"phone": "+16045550123"}, {"phone": None, "clinics": ["langley"]})
    types = DomainEvent.objects.filter(subject_id=patient.pk).order_by("position").values_list("type", flat=True)
    assert list(types) == ["patient.created.v1", "patient.changed.v1", "patient.linked.v1"]


def test_a_column_that_is_not_there_leaves_what_is(cast: Cast, imports: Importer) -> None:
    imports.done("patients", [ADA])
    fewer = {name: ADA[name] for name in ("external_ref", "given_name", "family_name", "clinics")}
    assert imports.done("patients", [fewer]) == SAME


def test_a_dry_run_reports_the_same_and_writes_nothing(cast: Cast, imports: Importer) -> None:
    count = Patient.objects.count(), PatientClinic.objects.count(), AuditEntry.objects.count()
    report = imports.done("patients", [ADA], "--dry-run")
    assert report == ["1 created, 0 changed, 0 unchanged.", "This was a dry run. Nothing was changed."]
    assert count == (Patient.objects.count(), PatientClinic.objects.count(), AuditEntry.objects.count())


def test_one_bad_line_keeps_all_out_and_all_bad_lines_are_told(cast: Cast, imports: Importer) -> None:
    lines: list[Cells] = [
        ADA,
        {**ADA, "external_ref": "a-2", "birth_date": "31/05/1985", "email": "ada"},
        {**ADA, "external_ref": "a-1"},
        {**ADA, "external_ref": "a-4", "clinics": "nowhere; coquitlam", "phone": "12"},
        {**ADA, "external_ref": "", "language": "de", "birth_date": "2999-01-01"},
        {**ADA, "external_ref": "a-6", "given_name": "x" * 101},
    ]
    said = imports.run("patients", lines)
    assert said.failure == "5 lines have faults. Nothing was changed."
    assert said.report == [
        'line 3, birth_date: "31/05/1985" is not a date such as 1985-05-31.',
        'line 3, email: "ada" is not an e-mail address.',
        'line 4, external_ref: "a-1" stands on line 2 already.',
        'line 5, clinics: "nowhere; coquitlam" is wrong at "nowhere", which is not the slug of an open clinic.',
        'line 5, phone: "12" is not a phone number that can be called.',
        'line 6, birth_date: "2999-01-01" is not a date such as 1985-05-31.',
        "line 6, external_ref: must not be empty.",
        'line 6, language: "de" is not en or fr.',
        f'line 7, given_name: "{"x" * 59}…" is longer than 100 characters.',
    ]
    assert not Patient.objects.filter(external_ref__isnull=False).exists()


def test_a_birth_date_lies_in_the_past(cast: Cast, imports: Importer) -> None:
    [fault] = imports.faults("patients", [{**ADA, "birth_date": "2199-01-01"}])
    assert fault == 'line 2, birth_date: "2199-01-01" has yet to come.'


def test_who_may_be_the_same_person_is_noted_and_not_merged(cast: Cast, imports: Importer) -> None:
    known = cast.patient
    twin = {**ADA, "given_name": known.given_name.upper(), "family_name": known.family_name, "birth_date": "1985-05-05"}
    report = imports.done("patients", [{**twin, "email": str(known.email)}])
    assert report == [
        f"line 2: has the same email as patient {known.pk}; nobody was merged.",
        f"line 2: has the same name and birth date as patient {known.pk}; nobody was merged.",
        "1 created, 0 changed, 0 unchanged.",
    ]
    assert Patient.objects.filter(email=known.email).count() == 2
    assert imports.done("patients", [{**twin, "email": str(known.email)}]) == SAME


def test_the_account_of_a_patient_says_the_same_but_keeps_its_address(cast: Cast, imports: Importer) -> None:
    patient = cast.patient
    Patient.objects.filter(pk=patient.pk).update(external_ref="a-1")
    [fault] = imports.faults("patients", [ADA])
    assert fault == "line 2, email: this person signs in with another; only they can change it."
    imports.done("patients", [{**ADA, "email": str(patient.email)}])
    account = User.objects.get(patient=patient)
    assert (account.given_name, account.language, str(account.phone)) == ("Ada", "fr", "+16045550123")
    assert account.version == 2


def test_a_fault_found_late_takes_back_what_was_written(
    cast: Cast, imports: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.common.imports.rows.BATCH_LINES", 1)
    Patient.objects.filter(pk=cast.patient.pk).update(external_ref="a-2")
    imports.faults("patients", [ADA, {**ADA, "external_ref": "a-2"}])
    assert not Patient.objects.filter(external_ref="a-1").exists()


def test_statements_do_not_grow_with_the_lines(cast: Cast, imports: Importer) -> None:
    def lines(count: int) -> bytes:
        mark = f"n{count}"
        return as_csv(
            [{**ADA, "external_ref": f"{mark}-{n}", "email": f"{mark}.{n}@example.test"} for n in range(count)]
        )

    def statements(content: bytes) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            imports.done("patients", content)
        return len(seen)

    assert statements(lines(3)) == statements(lines(300))
    assert statements(lines(3)) == statements(lines(300)), "when nothing changes"


def test_long_files_tell_how_far_they_are(cast: Cast, imports: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.common.imports.rows.BATCH_LINES", 2)
    monkeypatch.setattr("backend.common.imports.command.BATCH_LINES", 2)
    lines = [{**ADA, "external_ref": f"a-{n}"} for n in range(5)]
    assert imports.run("patients", lines).progress.splitlines() == [
        "2 of 5 lines",
        "4 of 5 lines",
        "5 of 5 lines",
    ]
    assert imports.run("patients", lines[:2]).progress == ""
