"""Another address for the account and for the patient it belongs to."""

from typing import Any

from django.db import transaction

from backend.accounts.actions.take_new_email import take_new_email
from backend.audit.actions import record
from backend.patients.actions._person import write_person
from backend.patients.models import Patient


def confirm_email(*, token: str) -> None:
    """Open the link that was mailed to a new address: it is what one signs in with from now on.

    Clinics that knew the patient by the old address know the new one; another that a clinic noted stays. Raises
    ValidationFailed for a link of no use, EmailTaken.
    """
    with transaction.atomic():
        new = take_new_email(token=token)
        found = Patient.objects.filter(user_id=new.user_id, email=new.before).values_list("pk", flat=True).first()
        if found is not None:
            write_person(user_id=None, patient_id=found, changes={"email": new.after})
            told: dict[str, Any] = {"before": {"email": new.before}, "after": {"email": new.after}}
            record(None, "patient.changed", subject_type="patient", subject_id=found, patient_id=found, **told)
