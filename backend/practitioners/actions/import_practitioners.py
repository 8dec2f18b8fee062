"""Bringing in practitioners from another system."""

from contextlib import suppress

from backend.accounts.models import normal_email
from backend.clinics.consequences import Scope, changing
from backend.clinics.imports import tell_affected
from backend.clinics.models import Clinic
from backend.common import clock
from backend.common.imports.command import Progress
from backend.common.imports.report import FaultsFound, Report, shown
from backend.common.imports.rows import in_batches
from backend.common.imports.sheet import read_sheet
from backend.common.walltime import local_date_of, minute_of, zone
from backend.practitioners.actions._imported_files import Files
from backend.practitioners.actions._imported_proofs import Claims, Proofs, verifier_of
from backend.practitioners.actions._practitioner_columns import practitioner_columns
from backend.practitioners.models import Practitioner


def import_practitioners(*, raw: bytes, dry_run: bool, progress: Progress, verified_by: str | None = None) -> Report:
    """Enter and change practitioners as a CSV file says; nothing of it if anything is wrong, nor in a dry run.

    A practitioner is found again by `external_ref`. Hours and offerings become what their cell says; clinics and proofs
    are added. An account of the address is linked if there is one, none is made. `verified_by` is the address of who
    has checked the proofs. Visits that this leaves uncovered stay booked and are reported. For operators, who stand
    above the roles.
    """
    report, now = Report(), clock.now()
    verifier = verifier_of(normal_email(verified_by), now) if verified_by else None
    if verified_by and verifier is None:
        report.fault(1, "", f"{shown(verified_by)} is no manager or owner who could verify proofs")
    lines = read_sheet(raw, practitioner_columns(), report)
    refs = [line.values["external_ref"] for line in lines]
    touched = Practitioner.objects.filter(external_ref__in=refs).values_list("pk", flat=True)
    zones = set(Clinic.objects.values_list("timezone", flat=True))
    # One day for all clinics, so that a week that moves from one to another never stands at both on the same date.
    today = max((local_date_of(minute_of(now), zone(name)) for name in zones), default=now.date())
    claims: Claims = {}
    done = 0
    with suppress(FaultsFound), changing(Scope(practitioner_ids=frozenset(touched)), dry_run=dry_run) as broken:
        for batch in in_batches(lines):
            proofs = Proofs(batch, claims, verifier, report)
            Files(batch, report, today=today, proofs=proofs).bring_in()
            done += len(batch)
            progress(done, len(lines))
        report.refuse_faults()
    report.affected = list(tell_affected(broken.affected))
    return report
