"""Whom the ids in the audit log stand for, in a constant number of statements."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from backend.accounts.models import User
from backend.clinics.enums import Role
from backend.clinics.models import ApiKey, Clinic, Membership
from backend.patients.models import Guardianship, Patient


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called today; what is gone has no name."""

    people: Mapping[uuid.UUID, str]
    patients: Mapping[uuid.UUID, str]
    clinics: Mapping[uuid.UUID, str]


def names_of(
    *,
    people: Iterable[uuid.UUID | None] = (),
    patients: Iterable[uuid.UUID | None] = (),
    clinics: Iterable[uuid.UUID | None] = (),
) -> Names:
    """Three statements, whatever the number."""
    return Names(
        {one.pk: f"{one.given_name} {one.family_name}" for one in User.objects.filter(pk__in=_known(people))},
        {one.pk: str(one) for one in Patient.objects.filter(pk__in=_known(patients))},
        {one.pk: one.name for one in Clinic.objects.filter(pk__in=_known(clinics))},
    )


def roles_of(people: Iterable[uuid.UUID | None]) -> Mapping[uuid.UUID, Sequence[tuple[Role, uuid.UUID | None]]]:
    """The roles that people hold today, each with its clinic."""
    held: dict[uuid.UUID, list[tuple[Role, uuid.UUID | None]]] = {}
    for one in Membership.objects.filter(user_id__in=_known(people)).order_by("id"):
        held.setdefault(one.user_id, []).append((Role(one.role), one.clinic_id))
    return held


def programs_among(people: Iterable[uuid.UUID | None]) -> set[uuid.UUID]:
    """Those that are no people, but API keys."""
    return set(ApiKey.objects.filter(user_id__in=_known(people)).values_list("user_id", flat=True))


def guardians_of(patients: Iterable[uuid.UUID]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """Who looks after whom, or did, as pairs of guardian and patient."""
    return set(Guardianship.objects.filter(patient_id__in=_known(patients)).values_list("guardian_id", "patient_id"))


def _known(ids: Iterable[uuid.UUID | None]) -> set[uuid.UUID]:
    return {one for one in ids if one is not None}
