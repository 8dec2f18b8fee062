"""The audit log as patients read what is about them: who saw or changed their data, and when."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.audit.models import AuditEntry
from backend.audit.querysets import AuditQuerySet
from backend.clinics.enums import Role
from backend.privacy.enums import AccessKind, AccessParty
from backend.privacy.queries.people import Names, guardians_of, names_of, programs_among, roles_of

_READINGS = ("read", "listed", "looked_up")
Roles = Mapping[uuid.UUID, Sequence[tuple[Role, uuid.UUID | None]]]


@dataclass(frozen=True, slots=True)
class Access:
    """Practitioners are named, as they are in public; of others of the staff, the role and the clinic are told."""

    id: uuid.UUID
    at: datetime
    patient_ids: list[uuid.UUID]
    kind: AccessKind
    action: str
    by: AccessParty
    by_name: str | None
    clinic_id: uuid.UUID | None
    clinic_name: str | None

    @property
    def resource(self) -> str:
        """What kind of data it was: the word that `action` begins with."""
        return self.action.partition(".")[0]


def accesses_to(patient_ids: Collection[uuid.UUID]) -> AuditQuerySet:
    """Every entry about these patients, of whom the caller is one or looks after them."""
    found: AuditQuerySet = AuditEntry.objects.about(patient_ids)
    return found


def see_accesses(
    rows: Sequence[AuditEntry], patient_ids: Collection[uuid.UUID], *, reader_id: uuid.UUID
) -> list[Access]:
    """These rows as the patient, or who looks after them, is told of them, in a constant number of statements."""
    doers = [row.actor_id for row in rows]
    roles = roles_of(doers)
    told_of, programs = frozenset(patient_ids), programs_among(doers)
    teller = _Teller(reader_id, told_of, names_of(people=doers), roles, guardians_of(patient_ids), programs)
    told = [teller.tell(row) for row in rows]
    clinics = names_of(clinics=[clinic_id for _, clinic_id in told]).clinics
    return [teller.access(row, party, clinic_id, clinics) for row, (party, clinic_id) in zip(rows, told, strict=True)]


@dataclass(frozen=True, slots=True)
class _Teller:
    reader_id: uuid.UUID
    whose: frozenset[uuid.UUID]
    names: Names
    roles: Roles
    guardians: set[tuple[uuid.UUID, uuid.UUID]]
    programs: set[uuid.UUID]

    def tell(self, row: AuditEntry) -> tuple[AccessParty, uuid.UUID | None]:
        """Who it was, and the clinic: that of the deed, or else the only one where they work."""
        if row.actor_id is None:
            return AccessParty.SYSTEM, row.clinic_id
        if row.actor_id == self.reader_id:
            return AccessParty.YOU, row.clinic_id
        if row.actor_id in self.programs:
            return AccessParty.INTEGRATION, row.clinic_id
        held = self.roles.get(row.actor_id, ())
        here = [one for one in held if row.clinic_id is None or one[1] in (row.clinic_id, None)]
        if here:
            role, clinic_id = here[0]
            return AccessParty(role.value), row.clinic_id or (clinic_id if len(here) == 1 else None)
        is_family = any((row.actor_id, patient_id) in self.guardians for patient_id in self._of(row))
        return (AccessParty.GUARDIAN if is_family else AccessParty.STAFF), row.clinic_id

    def access(
        self, row: AuditEntry, party: AccessParty, clinic_id: uuid.UUID | None, clinics: Mapping[uuid.UUID, str]
    ) -> Access:
        """The entry as it is told."""
        is_named = party in (AccessParty.YOU, AccessParty.PRACTITIONER)
        verb = row.action.rpartition(".")[2]
        is_reading = verb.endswith(_READINGS)
        return Access(
            id=row.pk,
            at=row.at,
            patient_ids=self._of(row),
            kind=AccessKind.READ if is_reading else AccessKind.CHANGED,
            action=row.action,
            by=party,
            by_name=self.names.people.get(row.actor_id) if is_named and row.actor_id else None,
            clinic_id=clinic_id,
            clinic_name=clinics.get(clinic_id) if clinic_id else None,
        )

    def _of(self, row: AuditEntry) -> list[uuid.UUID]:
        """Whom of the caller's it is about; nobody else's id is told."""
        return [one for one in (row.patient_id, *(row.patient_ids or ())) if one in self.whose]
