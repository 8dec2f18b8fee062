"""Bringing in clinics from another system."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from backend.audit.actions import Deed, record_all
from backend.clinics.actions._clinic_columns import OWN, clinic_columns
from backend.clinics.consequences import Scope, changing
from backend.clinics.event_types import ClinicChanged, ClinicCreated
from backend.clinics.imports import as_text, make_week, tell_affected
from backend.clinics.models import Clinic, ClinicService, OpeningHours, Organisation, Room, Service
from backend.clinics.weeks import Span
from backend.common import clock
from backend.common.imports.command import Progress
from backend.common.imports.entry import Entry
from backend.common.imports.report import FaultsFound, Report
from backend.common.imports.rows import Writes, in_batches, lock_known
from backend.common.imports.sheet import Line, read_sheet
from backend.common.walltime import local_date_of, minute_of, zone
from backend.events.actions import publish_all
from backend.events.event import Event


def import_clinics(*, raw: bytes, dry_run: bool, progress: Progress) -> Report:
    """Open and change clinics as a CSV file says; nothing of it if anything is wrong, nor in a dry run.

    A clinic is found again by `external_ref`; its `slug` never changes. Rooms, services and opening hours become what
    their cell says: others are withdrawn, and other hours end yesterday. Visits that this leaves uncovered stay booked
    and are reported. For operators, who stand above the roles.
    """
    report = Report()
    lines = read_sheet(raw, clinic_columns(), report)
    organisation = Organisation.objects.first()
    if organisation is None:
        report.fault(1, "", "there is no organisation yet that could have clinics")
        return report
    refs = [line.values["external_ref"] for line in lines]
    touched = Clinic.objects.filter(external_ref__in=refs).values_list("pk", flat=True)
    done = 0
    with suppress(FaultsFound), changing(Scope(clinic_ids=frozenset(touched)), dry_run=dry_run) as broken:
        for batch in in_batches(lines):
            _Batch(organisation, batch, report).bring_in()
            done += len(batch)
            progress(done, len(lines))
        report.refuse_faults()
    report.affected = list(tell_affected(broken.affected))
    return report


@dataclass(slots=True, kw_only=True)
class _Entry(Entry):
    clinic: Clinic


class _Batch:
    def __init__(self, organisation: Organisation, lines: Sequence[Line], report: Report) -> None:
        self.organisation, self.lines, self.report, self.writes = organisation, lines, report, Writes()
        self.known = lock_known(Clinic, [line.values["external_ref"] for line in lines])
        slugs = Clinic.objects.filter(slug__in=[line.values["slug"] for line in lines])
        self.slugs = dict(slugs.values_list("slug", "external_ref"))
        self.now = minute_of(clock.now())
        clinics = list(self.known.values())
        self.rooms: defaultdict[uuid.UUID, list[Room]] = defaultdict(list)
        for room in Room.objects.filter(clinic__in=clinics):
            self.rooms[room.clinic_id].append(room)
        self.offers: defaultdict[uuid.UUID, list[ClinicService]] = defaultdict(list)
        for offer in ClinicService.objects.filter(clinic__in=clinics).select_related("service"):
            self.offers[offer.clinic_id].append(offer)
        self.hours: defaultdict[uuid.UUID, list[OpeningHours]] = defaultdict(list)
        for hours in OpeningHours.objects.filter(clinic__in=clinics):
            self.hours[hours.clinic_id].append(hours)

    def bring_in(self) -> None:
        entries = [self._entry(line) for line in self.lines]
        if self.report.faults:
            return
        self.writes.save()
        self.report.counts.update(entry.became for entry in entries)
        changed = [entry for entry in entries if entry.became != "unchanged"]
        record_all(map(_deed, changed), reason="import_clinics")
        publish_all(map(_event, changed))

    def _entry(self, line: Line) -> _Entry:
        ref, slug = line.values["external_ref"], line.values["slug"]
        own = {name: value for name, value in line.values.items() if name in OWN}
        clinic = self.known.get(ref)
        if self.slugs.get(slug, ref) != ref:
            self.report.fault(line.number, "slug", f"another clinic is {slug} already")
        if clinic is not None and clinic.slug != slug:
            self.report.fault(line.number, "slug", f"a slug never changes, this one is {clinic.slug}")
        if clinic is None:
            clinic = self.writes.add(Clinic(organisation=self.organisation, external_ref=ref, **own))
            entry = _Entry(clinic=clinic, is_new=True, after=own)
        else:
            before = self.writes.change(clinic, own)
            entry = _Entry(clinic=clinic, is_new=False, before=before, after={name: own[name] for name in before})
        for part in ("rooms", "services", "opening_hours"):
            if part in line.values:
                getattr(self, f"_make_{part}")(entry, line.values[part])
        return entry

    def _make_rooms(self, entry: _Entry, wanted: Mapping[str, str]) -> None:
        standing = self.rooms[entry.clinic.pk]
        before = [f"{room.name}:{room.kind}" for room in standing if room.is_active]
        for room in standing:
            kind = wanted.get(room.name)
            self.writes.change(room, {"is_active": kind is not None, "kind": kind or room.kind})
        for name in wanted.keys() - {room.name for room in standing}:
            self.writes.add(Room(clinic=entry.clinic, name=name, kind=wanted[name]))
        entry.tell("rooms", before, (f"{name}:{kind}" for name, kind in wanted.items()))

    def _make_services(self, entry: _Entry, wanted: Sequence[Service]) -> None:
        standing = self.offers[entry.clinic.pk]
        before = [offer.service for offer in standing if offer.is_active]
        for offer in standing:
            self.writes.change(offer, {"is_active": offer.service in wanted})
        for service in set(wanted) - {offer.service for offer in standing}:
            self.writes.add(ClinicService(clinic=entry.clinic, service=service))
        entry.tell("services", before, set(wanted))

    def _make_opening_hours(self, entry: _Entry, wanted: Sequence[Span]) -> None:
        today = local_date_of(self.now, zone(entry.clinic.timezone))
        standing = [one for one in self.hours[entry.clinic.pk] if one.valid_until is None or one.valid_until >= today]
        was = [as_text(_span(one), one, today) for one in standing]
        for span in make_week(self.writes, standing, wanted, key=_span, today=today):
            self.writes.add(OpeningHours(clinic=entry.clinic, valid_from=today, **span._asdict()))
        entry.tell("opening_hours", was, wanted)


def _span(hours: OpeningHours) -> Span:
    return Span(hours.weekday, hours.from_minute, hours.until_minute)


def _deed(entry: _Entry) -> Deed:
    return Deed(
        action=f"clinic.{entry.became}",
        subject_type="clinic",
        subject_id=entry.clinic.pk,
        clinic_id=entry.clinic.pk,
        before=entry.before,
        after=entry.after,
    )


def _event(entry: _Entry) -> Event:
    made = ClinicCreated if entry.is_new else ClinicChanged
    return made(subject_id=entry.clinic.pk, clinic_id=entry.clinic.pk, part="clinic", part_id=entry.clinic.pk)
