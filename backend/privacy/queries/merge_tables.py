"""Every table that refers to a patient, and what becomes of its rows when two patients are one. A walk over the schema
finds one that is missing here (`tests/privacy/test_merge_tables.py`)."""

from collections.abc import Mapping

from django.db import models

from backend.appointments.models import Appointment, Series, WaitlistEntry
from backend.audit.models import AuditEntry
from backend.care.models import Assessment, Course
from backend.patients.models import (
    Clearance,
    Consent,
    GuardianInvitation,
    Guardianship,
    Patient,
    PatientClinic,
    ReviewPoint,
    Screening,
)
from backend.privacy.models import Destruction, Export, PatientMerge
from backend.tasks.models import Task

# By `patient_id`. What hangs on such a row goes with it: the record of a visit, the versions of an assessment.
MOVED: tuple[type[models.Model], ...] = (
    Screening,
    Consent,
    Clearance,
    Assessment,
    Course,
    ReviewPoint,
    Series,
    Appointment,
    WaitlistEntry,
    Task,
)
KEPT: Mapping[tuple[type[models.Model], str], str] = {
    (
        PatientClinic,
        "patient_id",
    ): "by it the duplicate's clinics still find where it went; the survivor is added there",
    (
        Guardianship,
        "patient_id",
    ): "who looks after the duplicate was never asked about the survivor; it rests meanwhile",
    (GuardianInvitation, "patient_id"): "asks about the duplicate alone; nobody accepts it while that is merged",
    (AuditEntry, "patient_id"): "append-only: it says whose record it was then",
    (AuditEntry, "patient_ids"): "append-only: it says whose record it was then",
    (Patient, "merged_into_id"): "an earlier duplicate of the duplicate still says where its rows went",
    (Destruction, "patient_id"): "of a closed account, and no patient of one is merged",
    (Export, "patient_id"): "a copy of what was kept then; it goes within a day",
    (PatientMerge, "survivor_id"): "says what was done to whom",
    (PatientMerge, "duplicate_id"): "says what was done to whom",
}
