"""Practitioners' files in an import, a batch of lines at a time."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backend.audit.actions import Deed, record_all
from backend.clinics.imports import as_text, make_week
from backend.clinics.models import Clinic, ClinicService, Service
from backend.clinics.weeks import Span
from backend.common.imports.entry import Entry
from backend.common.imports.report import Report
from backend.common.imports.rows import Writes, lock_known
from backend.common.imports.sheet import Line
from backend.events.actions import publish_all
from backend.practitioners.actions._imported_accounts import Accounts
from backend.practitioners.actions._imported_proofs import Proofs
from backend.practitioners.actions._practitioner_columns import PROFILE, Shift
from backend.practitioners.event_types import PractitionerChanged, PractitionerCreated, PractitionerEvent
from backend.practitioners.models import Offering, Placement, Practitioner, WorkingHours


@dataclass(slots=True, kw_only=True)
class _Entry(Entry):
    line: Line
    row: Practitioner


class Files:
    """The files that a batch of lines speaks of, as they are, and as the lines want them."""

    def __init__(self, lines: Sequence[Line], report: Report, *, today: date, proofs: Proofs) -> None:
        self.lines, self.report, self.today, self.proofs = lines, report, today, proofs
        self.writes = Writes()
        self.known = lock_known(Practitioner, [line.values["external_ref"] for line in lines])
        people = list(self.known.values())
        self.accounts = Accounts(lines, people, report)
        self.placements: defaultdict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
        for practitioner_id, clinic_id in Placement.objects.filter(practitioner__in=people).values_list(
            "practitioner_id", "clinic_id"
        ):
            self.placements[practitioner_id].add(clinic_id)
        self.hours: defaultdict[uuid.UUID, list[WorkingHours]] = defaultdict(list)
        for hours in WorkingHours.objects.filter(practitioner__in=people).select_related("clinic"):
            self.hours[hours.practitioner_id].append(hours)
        self.offerings: defaultdict[uuid.UUID, list[Offering]] = defaultdict(list)
        for offering in Offering.objects.filter(practitioner__in=people).select_related("clinic", "service"):
            self.offerings[offering.practitioner_id].append(offering)
        self.offers = set(ClinicService.objects.filter(is_active=True).values_list("clinic_id", "service_id"))

    def bring_in(self) -> None:
        """Write everything, unless the report has faults by then."""
        entries = [self._entry(line) for line in self.lines]
        if self.report.faults:
            return
        self.writes.save()
        self.report.counts.update(entry.became for entry in entries)
        changed = [entry for entry in entries if entry.became != "unchanged"]
        record_all(
            [*map(_deed, changed), *self.proofs.deeds, *self.accounts.deeds],
            reason="import_practitioners",
        )
        publish_all([*map(_event, changed), *self.proofs.events, *self.accounts.events])
        self.accounts.sign_out()

    def _entry(self, line: Line) -> _Entry:
        own = {name: value for name, value in line.values.items() if name in PROFILE}
        own["title_fr"] = own.get("title_fr") or own["title"]
        row = self.known.get(line.values["external_ref"])
        own |= self.accounts.linked(line, row)
        if row is None:
            row = self.writes.add(Practitioner(external_ref=line.values["external_ref"], **own))
            entry = _Entry(line=line, row=row, is_new=True, after=own)
        else:
            before = self.writes.change(row, own)
            entry = _Entry(line=line, row=row, is_new=False, before=before, after={name: own[name] for name in before})
        self._place(entry)
        for part in ("services", "hours", "credentials"):
            if part in line.values:
                getattr(self, f"_make_{part}")(entry)
        return entry

    def _place(self, entry: _Entry) -> None:
        placed = self.placements[entry.row.pk]
        added = {clinic.pk: clinic for clinic in entry.line.values["clinics"] if clinic.pk not in placed}
        for clinic in added.values():
            self.writes.add(Placement(practitioner=entry.row, clinic=clinic))
        if added:
            entry.after["clinics"] = sorted(clinic.slug for clinic in added.values())
            self.writes.touch(entry.row)
        placed |= added.keys()
        self.accounts.let_practise(entry.row, placed, self.writes)

    def _make_services(self, entry: _Entry) -> None:
        clinics: Sequence[Clinic] = entry.line.values["clinics"]
        wanted: dict[tuple[uuid.UUID, uuid.UUID], tuple[Clinic, Service]] = {}
        for service in entry.line.values["services"]:
            at = [clinic for clinic in clinics if (clinic.pk, service.pk) in self.offers]
            if not at:
                self.report.fault(entry.line.number, "services", f"none of the clinics offers {service.code}")
            wanted |= {(clinic.pk, service.pk): (clinic, service) for clinic in at}
        standing = {(one.clinic_id, one.service_id): one for one in self.offerings[entry.row.pk]}
        for key in standing.keys() - wanted.keys():
            self.writes.remove(standing[key])
        for key in wanted.keys() - standing.keys():
            clinic, service = wanted[key]
            self.writes.add(Offering(practitioner=entry.row, clinic=clinic, service=service))
        was = (f"{one.clinic.slug} {one.service.code}" for one in standing.values())
        entry.tell("services", was, (f"{clinic.slug} {service.code}" for clinic, service in wanted.values()))

    def _make_hours(self, entry: _Entry) -> None:
        wanted: Sequence[Shift] = entry.line.values["hours"]
        clinics = entry.line.values["clinics"]
        for slug in sorted({shift.clinic.slug for shift in wanted if shift.clinic not in clinics}):
            self.report.fault(entry.line.number, "hours", f"{slug} is not among the clinics of this line")
        reaching = (one for one in self.hours[entry.row.pk] if one.valid_until is None or one.valid_until >= self.today)
        standing = list(reaching)
        was = [as_text(_shift(one), one, self.today) for one in standing]
        for span, clinic in make_week(self.writes, standing, wanted, key=_shift, today=self.today):
            hours = WorkingHours(practitioner=entry.row, clinic=clinic, valid_from=self.today, **span._asdict())
            self.writes.add(hours)
        entry.tell("hours", was, wanted)

    def _make_credentials(self, entry: _Entry) -> None:
        if added := self.proofs.enter(entry.line, entry.row, self.placements[entry.row.pk], self.writes):
            entry.after["credentials"] = added


def _shift(hours: WorkingHours) -> Shift:
    return Shift(Span(hours.weekday, hours.from_minute, hours.until_minute), hours.clinic)


def _deed(entry: _Entry) -> Deed:
    return Deed(
        action=f"practitioner.{entry.became}",
        subject_type="practitioner",
        subject_id=entry.row.pk,
        before=entry.before,
        after=entry.after,
    )


def _event(entry: _Entry) -> PractitionerEvent:
    happened = PractitionerCreated if entry.is_new else PractitionerChanged
    return happened(subject_id=entry.row.pk, part="practitioner", part_id=entry.row.pk)
