"""Who is calling, and over whom. Built once per request; every action and scoped query takes it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from backend.common.errors import PermissionDenied
from backend.common.permissions import Permission


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person with rights already looked up.

    `clinics` maps a right to the clinics where this person holds it as staff; `everywhere` are rights over the whole
    organisation (owner); `family` maps a right to the patients over whom it is held as a private person: the caller's
    own record, and dependants as far as the guardianship goes. `patient_ids` are all of them, whatever the rights;
    `practitioner_id` is set when the person practises, and `own_calendar` holds the rights that reach only that
    practitioner's own visits. `is_integration`: no person, but a program by its API key, which stands in `session_id`.
    `has_fresh_proof`: the person proved a short while ago who they are, by what they sign in with.
    """

    user_id: uuid.UUID
    session_id: uuid.UUID
    is_email_verified: bool
    own_patient_id: uuid.UUID | None = None
    family: Mapping[Permission, frozenset[uuid.UUID]] = field(default_factory=dict)
    patient_ids: frozenset[uuid.UUID] = frozenset()
    practitioner_id: uuid.UUID | None = None
    everywhere: frozenset[Permission] = frozenset()
    clinics: Mapping[Permission, frozenset[uuid.UUID]] = field(default_factory=dict)
    own_calendar: frozenset[Permission] = frozenset()
    is_integration: bool = False
    has_fresh_proof: bool = False

    @property
    def is_staff_member(self) -> bool:
        """True for anyone who works in the chain, whatever the role."""
        return bool(self.everywhere or self.clinics or self.own_calendar)

    def holds(self, permission: Permission) -> bool:
        """True when the right is held over anything at all, be it only the caller's own patients."""
        held = (self.everywhere, self.clinics, self.own_calendar, self.family)
        return any(permission in some for some in held)

    def own_patients(self, permission: Permission) -> frozenset[uuid.UUID]:
        """The patients over whom the right is held as a private person: oneself and dependants, never as staff."""
        return self.family.get(permission, frozenset())

    def may(self, permission: Permission, *, clinic_id: uuid.UUID) -> bool:
        """True when the right is held as staff at that clinic."""
        return permission in self.everywhere or clinic_id in self.clinics.get(permission, frozenset())

    def require(self, permission: Permission, *, clinic_id: uuid.UUID) -> None:
        """Raise PermissionDenied unless the right is held as staff at that clinic."""
        if not self.may(permission, clinic_id=clinic_id):
            raise PermissionDenied
