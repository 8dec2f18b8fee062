"""Credentials in an import: they are added, completed while pending, verified; never taken away."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from backend.accounts.models import User
from backend.audit.actions import Deed
from backend.clinics.models import Membership
from backend.clinics.roles import roles_holding
from backend.common.imports.report import Report, shown
from backend.common.imports.rows import Writes
from backend.common.imports.sheet import Line
from backend.common.permissions import Permission
from backend.practitioners.actions._practitioner_columns import Proof
from backend.practitioners.enums import CredentialStatus
from backend.practitioners.event_types import CredentialVerified
from backend.practitioners.models import Credential, Practitioner

Key = tuple[str, str, str, date]
Claims = dict[Key, int]  # on which line of the file a proof stands


@dataclass(frozen=True, slots=True)
class Verifier:
    """Who has checked the proofs; `clinic_ids` is None for all clinics."""

    user: User
    clinic_ids: frozenset[uuid.UUID] | None
    at: datetime

    def may_verify(self, practitioner: Practitioner, clinic_ids: Collection[uuid.UUID]) -> bool:
        """True for a practitioner of the verifier's clinics who is not the verifier."""
        is_within = self.clinic_ids is None or not self.clinic_ids.isdisjoint(clinic_ids)
        return is_within and practitioner.user_id != self.user.pk


def verifier_of(email: str, at: datetime) -> Verifier | None:
    """The manager or owner of that address; None for somebody who may verify nothing."""
    held = Membership.objects.filter(
        user__email=email, user__is_active=True, role__in=roles_holding(Permission.CREDENTIAL_VERIFY)
    ).select_related("user")
    memberships = list(held)
    if not memberships:
        return None
    clinic_ids = {one.clinic_id for one in memberships}
    reach = None if None in clinic_ids else frozenset(one for one in clinic_ids if one)
    return Verifier(memberships[0].user, reach, at)


class Proofs:
    """The credentials on file with the numbers of a batch, whoever's they are."""

    def __init__(self, lines: Iterable[Line], claims: Claims, verifier: Verifier | None, report: Report) -> None:
        self.claims, self.verifier, self.report = claims, verifier, report
        self.deeds: list[Deed] = []
        self.events: list[CredentialVerified] = []
        numbers = {proof.number for line in lines for proof in line.values.get("credentials", ())}
        on_file = Credential.objects.select_for_update(no_key=True).filter(number__in=numbers).order_by("pk")
        self.on_file: dict[Key, Credential] = {
            (one.kind, one.jurisdiction, one.number, one.valid_from): one for one in on_file
        }

    def enter(
        self, line: Line, practitioner: Practitioner, clinic_ids: Collection[uuid.UUID], writes: Writes
    ) -> list[str]:
        """Write what is new in the line's proofs; answers it as text."""
        proofs: Sequence[Proof] = line.values["credentials"]
        if proofs and self.verifier and not self.verifier.may_verify(practitioner, clinic_ids):
            why = "who verifies is this practitioner, or manages none of the practitioner's clinics"
            self.report.fault(line.number, "credentials", why)
        owned = [proof for proof in proofs if self._is_owned(line.number, practitioner, proof)]
        return [str(proof.kind) for proof in owned if self._enter(line.number, practitioner, proof, writes)]

    def _is_owned(self, line: int, practitioner: Practitioner, proof: Proof) -> bool:
        known = self.on_file.get(proof[:4])
        first = self.claims.setdefault(proof[:4], line)
        if known is not None and known.practitioner_id != practitioner.pk:
            self.report.fault(line, "credentials", f"{shown(proof.number)} is the {proof.kind} of somebody else")
        elif first != line:
            self.report.fault(line, "credentials", f"{shown(proof.number)} stands on line {first} already")
        else:
            return True
        return False

    def _enter(self, line: int, practitioner: Practitioner, proof: Proof, writes: Writes) -> bool:
        facts: dict[str, Any] = {"issuer": proof.issuer, "valid_until": proof.valid_until}
        known = self.on_file.get(proof[:4])
        if known is None:
            seen = self._seen()
            row = Credential(practitioner=practitioner, valid_from=proof.issued_on, **proof._asdict(), **seen)
            self._tell("created", writes.add(row), {}, {**proof._asdict(), "status": row.status})
            return True
        if known.status != CredentialStatus.PENDING:
            if any(getattr(known, name) != value for name, value in facts.items()):
                self.report.fault(line, "credentials", f"{shown(proof.number)} is {known.status} and cannot change")
            return False
        facts |= self._seen()
        before = writes.change(known, facts)
        if before:
            verb = "verified" if self.verifier else "changed"
            self._tell(verb, known, before, {name: facts[name] for name in before})
        return bool(before)

    def _seen(self) -> dict[str, Any]:
        if self.verifier is None:
            return {}
        verifier = self.verifier
        return {"status": CredentialStatus.VERIFIED, "verified_at": verifier.at, "verified_by": verifier.user}

    def _tell(self, verb: str, row: Credential, before: dict[str, Any], after: dict[str, Any]) -> None:
        if self.verifier:
            self.events.append(CredentialVerified(subject_id=row.pk, practitioner_id=row.practitioner_id))
        self.deeds.append(
            Deed(
                action=f"credential.{verb}",
                subject_type="credential",
                subject_id=row.pk,
                actor_id=self.verifier.user.pk if self.verifier else None,
                before=before,
                after=after,
            )
        )
