"""Planning when the records of a closed account go."""

import uuid

from django.db import transaction

from backend.audit.actions import record
from backend.common import clock
from backend.patients.models import Patient
from backend.privacy.enums import RecordClass
from backend.privacy.models import Destruction
from backend.privacy.queries.history import history_of, is_open_again
from backend.privacy.retention import due


def plan_destruction(*, user_id: uuid.UUID) -> None:
    """One row for each class of records, once, however often it is asked; none for an account that is open again."""
    with transaction.atomic():
        if is_open_again(user_id):
            return
        patient = Patient.objects.filter(user_id=user_id).first()
        history = history_of(user_id=user_id, patient_id=patient and patient.pk, closed_on=clock.now().date())
        rows = []
        for one in RecordClass:
            found = due(one, history)
            of = {"user_id": user_id, "patient_id": patient and patient.pk, "closed_on": history.closed_on}
            rows.append(Destruction(record_class=one, due_date=found.on, rule=found.law, **of))
        Destruction.objects.bulk_create(rows, ignore_conflicts=True)
        record(
            None,
            "records.destruction_planned",
            subject_type="user",
            subject_id=user_id,
            patient_id=patient and patient.pk,
            after={str(row.record_class): str(row.due_date) for row in rows},
        )
