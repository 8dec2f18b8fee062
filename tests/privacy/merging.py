"""What tests of merging do over and over."""

import uuid
from typing import Any

from backend.patients.models import Patient
from tests.appointments.calls import api, made
from tests.cast import Cast

MERGES = "/v1/patient-merges"
WHY = "Same birth date and phone, she says so herself"


def body(survivor: Patient, duplicate: Patient, **more: str) -> dict[str, str]:
    """A proposal."""
    return {"survivor_id": str(survivor.pk), "duplicate_id": str(duplicate.pk), "reason": WHY, **more}


def propose(cast: Cast, survivor: Patient, duplicate: Patient, *, who: Any = None) -> dict[str, Any]:
    """What the desk of Coquitlam proposed."""
    return made(api(who or cast.desk_coquitlam).post(MERGES, body(survivor, duplicate)))


def done(answer: Any) -> dict[str, Any]:
    """The body of a 200."""
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def merge(cast: Cast, survivor: Patient, duplicate: Patient) -> dict[str, Any]:
    """A merge that the desk proposed and the manager approved."""
    path = f"{MERGES}/{propose(cast, survivor, duplicate)['id']}"
    return done(api(cast.manager_coquitlam).post(f"{path}/approve", if_match="*"))


def reverse(cast: Cast, merge_id: str) -> dict[str, Any]:
    """That merge, taken back by two."""
    path = f"{MERGES}/{merge_id}"
    done(api(cast.desk_coquitlam).post(f"{path}/propose-reversal", {"reason": "Cousins of one name"}))
    return done(api(cast.manager_coquitlam).post(f"{path}/approve", if_match="*"))


def of(rows: Any) -> set[uuid.UUID]:
    """Their ids."""
    return set(rows.values_list("pk", flat=True))
