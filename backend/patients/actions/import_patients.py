"""Bringing in patients from another system."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q

from backend.accounts.models import User
from backend.audit.actions import Deed, record_all
from backend.clinics.models import Clinic
from backend.common.imports.command import Progress
from backend.common.imports.report import FaultsFound, Report
from backend.common.imports.rows import Writes, in_batches, lock_known
from backend.common.imports.sheet import Line, read_sheet
from backend.events.actions import publish_all
from backend.events.event import Event
from backend.patients.actions._patient_columns import PERSON, patient_columns
from backend.patients.actions._person import IN_ACCOUNT
from backend.patients.enums import LinkOrigin
from backend.patients.event_types import PatientChanged, PatientCreated, PatientLinked
from backend.patients.models import Patient, PatientClinic


def import_patients(*, raw: bytes, dry_run: bool, progress: Progress) -> Report:
    """Enter and change patients as a CSV file says; nothing of it if anything is wrong, nor in a dry run.

    A patient is found again by `external_ref`. Links to clinics are added, never taken away. Nobody is merged: who may
    be the same person as a patient from elsewhere is noted. For operators, who stand above the roles.
    """
    report = Report()
    lines = read_sheet(raw, patient_columns(), report)
    done = 0
    with suppress(FaultsFound), transaction.atomic():
        for batch in in_batches(lines):
            _Batch(batch, report).bring_in()
            done += len(batch)
            progress(done, len(lines))
        report.refuse_faults()
        transaction.set_rollback(dry_run)
    return report


@dataclass(frozen=True, slots=True)
class _Entry:
    line: Line
    patient: Patient
    before: dict[str, Any] | None  # None: the patient is new
    clinics: Sequence[Clinic]  # where the patient was not known

    @property
    def became(self) -> str:
        if self.before is None:
            return "created"
        return "changed" if self.before or self.clinics else "unchanged"


class _Batch:
    def __init__(self, lines: Sequence[Line], report: Report) -> None:
        self.lines, self.report, self.writes = lines, report, Writes()
        refs = [line.values["external_ref"] for line in lines]
        # Accounts first and patients second, as everybody who changes both.
        accounts = User.objects.select_for_update(no_key=True, of=("self",)).filter(patient__external_ref__in=refs)
        self.accounts = {account.pk: account for account in accounts.order_by("pk")}
        self.known = lock_known(Patient, refs)
        links = PatientClinic.objects.filter(patient__in=self.known.values())
        self.links = set(links.values_list("patient_id", "clinic_id"))

    def bring_in(self) -> None:
        entries = [self._entry(line) for line in self.lines]
        if self.report.faults:
            return
        self._note_duplicates([entry for entry in entries if entry.before is None])
        for entry in entries:
            self.report.counts[entry.became] += 1
            for clinic in entry.clinics:
                self.writes.add(PatientClinic(patient=entry.patient, clinic=clinic, origin=LinkOrigin.DESK))
        self.writes.save()
        record_all((_deed(entry) for entry in entries if entry.became != "unchanged"), reason="import_patients")
        publish_all(event for entry in entries for event in _events(entry))

    def _entry(self, line: Line) -> _Entry:
        ref, person = line.values["external_ref"], {k: v for k, v in line.values.items() if k in PERSON}
        clinics = list(dict.fromkeys(line.values["clinics"]))
        patient = self.known.get(ref)
        if patient is None:
            return _Entry(line, self.writes.add(Patient(external_ref=ref, **person)), None, clinics)
        before = self.writes.change(patient, person)
        if account := self.accounts.get(patient.user_id):  # type: ignore[arg-type] # no account: no key, no row
            if "email" in before:
                self.report.fault(line.number, "email", "this person signs in with another; only they can change it")
            self.writes.change(account, {name: value for name, value in person.items() if name in IN_ACCOUNT})
        return _Entry(line, patient, before, [one for one in clinics if (patient.pk, one.pk) not in self.links])

    def _note_duplicates(self, entries: Sequence[_Entry]) -> None:
        by_mark: dict[tuple[str, Any], uuid.UUID] = {}
        same = Q(email__in=[entry.patient.email for entry in entries if entry.patient.email])
        same |= Q(phone__in=[entry.patient.phone for entry in entries if entry.patient.phone])
        same |= Q(birth_date__in=[entry.patient.birth_date for entry in entries if entry.patient.birth_date])
        for other in Patient.objects.unmerged().filter(same, external_ref__isnull=True).order_by("-pk").iterator():
            by_mark |= dict.fromkeys(_marks(other), other.pk)
        for entry in entries:
            for mark in _marks(entry.patient):
                if mark in by_mark:
                    same_as = f"has the same {mark[0]} as patient {by_mark[mark]}; nobody was merged"
                    self.report.note(entry.line.number, "", same_as)


def _marks(patient: Patient) -> Iterator[tuple[str, Any]]:
    if patient.email:
        yield "email", patient.email
    if patient.phone:
        yield "phone", str(patient.phone)
    if patient.birth_date:
        yield "name and birth date", (str(patient).casefold(), patient.birth_date)


def _deed(entry: _Entry) -> Deed:
    names: Iterable[str] = PERSON if entry.before is None else entry.before
    after = {name: getattr(entry.patient, name) for name in names}
    clinics = {"clinics": [clinic.slug for clinic in entry.clinics]} if entry.clinics else {}
    return Deed(
        action="patient.created" if entry.before is None else "patient.changed",
        subject_type="patient",
        subject_id=entry.patient.pk,
        patient_id=entry.patient.pk,
        clinic_id=entry.clinics[0].pk if entry.clinics else None,
        before=entry.before or {},
        after={**after, **clinics},
    )


def _events(entry: _Entry) -> Iterator[Event]:
    if entry.before is None:
        yield PatientCreated(subject_id=entry.patient.pk, clinic_id=entry.clinics[0].pk)
    elif entry.before:
        yield PatientChanged(subject_id=entry.patient.pk)
    for clinic in entry.clinics[entry.before is None :]:
        yield PatientLinked(subject_id=entry.patient.pk, clinic_id=clinic.pk)
