"""What follows from events of the apps below, and of this one."""

import uuid
from datetime import date

from backend.clinics.models import Clinic
from backend.events.models import DomainEvent
from backend.events.subscriptions import on
from backend.practitioners.event_types import CredentialExpiring
from backend.practitioners.models import Credential
from backend.tasks.actions.open_tasks import NewTask, open_tasks
from backend.tasks.enums import TaskKind

URGENT_DAYS = 7


@on(CredentialExpiring, name="practitioners.ask_for_renewal")
def ask_for_renewal(event: DomainEvent) -> None:
    """A task at each clinic where the practitioner works, for each of the warnings; the last one is urgent."""
    credential = Credential.objects.select_related("practitioner").get(pk=event.subject_id)
    clinics = Clinic.objects.filter(placements__practitioner=credential.practitioner_id).order_by("pk")
    if credential.valid_until is None:  # changed meanwhile: it has no end any more
        return
    about, days = (credential, credential.valid_until), event.payload["warning_days"]
    wanted = [_task(*about, clinic_id=clinic.pk, days=days) for clinic in clinics]
    open_tasks(wanted=wanted, reason="a credential comes to its end")


def _task(credential: Credential, ends_on: date, *, clinic_id: uuid.UUID, days: int) -> NewTask:
    kind = credential.kind.replace("_", " ")
    return NewTask(
        clinic_id=clinic_id,
        kind=TaskKind.CREDENTIAL_EXPIRING,
        text=f"{credential.practitioner}: {kind} ({credential.jurisdiction}) ends on {ends_on}.",
        due_date=ends_on,
        dedupe_key=f"credential-expiring:{credential.pk}:{days}:{clinic_id}",
        is_urgent=days <= URGENT_DAYS,
        practitioner_id=credential.practitioner_id,
        credential_id=credential.pk,
    )
