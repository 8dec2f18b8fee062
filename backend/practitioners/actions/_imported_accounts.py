"""Accounts in an import: linked where there is one, with the role of a practitioner; never made."""

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from backend.accounts.actions.end_sessions import end_sessions
from backend.accounts.enums import SessionEnd
from backend.accounts.models import User
from backend.audit.actions import Deed
from backend.clinics.enums import Role
from backend.clinics.event_types import MemberAdded
from backend.clinics.models import Membership
from backend.common.imports.report import Report, shown
from backend.common.imports.rows import Writes
from backend.common.imports.sheet import Line
from backend.practitioners.models import Practitioner


class Accounts:
    """The accounts that a batch names, whose they are, and the roles that they have as practitioners."""

    def __init__(self, lines: Iterable[Line], practitioners: Collection[Practitioner], report: Report) -> None:
        self.report = report
        self.deeds: list[Deed] = []
        self.events: list[MemberAdded] = []
        emails = {line.values["email"] for line in lines if line.values.get("email")}
        verified = User.objects.filter(email__in=emails, is_active=True, email_verified_at__isnull=False)
        self.accounts = {account.email: account for account in verified}
        users = [*(account.pk for account in self.accounts.values()), *(one.user_id for one in practitioners)]
        self.owners = dict(Practitioner.objects.filter(user__in=users).values_list("user_id", "pk"))
        roles = Membership.objects.filter(user__in=users, role=Role.PRACTITIONER)
        self.roles = set(roles.values_list("user_id", "clinic_id"))

    def linked(self, line: Line, row: Practitioner | None) -> dict[str, Any]:
        """What of the row follows from the address: nothing without an account."""
        email: str = line.values.get("email") or ""
        account = self.accounts.get(email)
        if email and account is None:
            self.report.note(line.number, "email", f"nobody has a verified account of {shown(email)}; not linked")
        if account is None:
            return {}
        if row is not None and row.user_id not in (None, account.pk):
            self.report.fault(line.number, "email", "this practitioner signs in with another address")
        owner = self.owners.get(account.pk)
        if owner is not None and (row is None or row.pk != owner):
            self.report.fault(line.number, "email", f"{shown(email)} is another practitioner's")
        return {"user_id": account.pk}

    def let_practise(self, row: Practitioner, clinic_ids: Iterable[uuid.UUID], writes: Writes) -> None:
        """Give the practitioner's account its role at each clinic, where it has not."""
        for clinic_id in clinic_ids:
            if row.user_id is not None and (row.user_id, clinic_id) not in self.roles:
                member = writes.add(Membership(user_id=row.user_id, clinic_id=clinic_id, role=Role.PRACTITIONER))
                self._tell(member)

    def sign_out(self) -> None:
        """End the sessions of those who got a role, as `add_member` does."""
        for user_id in {event.user_id for event in self.events}:
            end_sessions(None, user_id=user_id, reason=SessionEnd.ROLE_CHANGED)

    def _tell(self, member: Membership) -> None:
        told = {"user_id": str(member.user_id), "clinic_id": str(member.clinic_id), "role": member.role}
        deed = Deed(
            action="member.created",
            subject_type="member",
            subject_id=member.pk,
            clinic_id=member.clinic_id,
            after=told,
        )
        self.deeds.append(deed)
        self.events.append(MemberAdded(subject_id=member.pk, clinic_id=member.clinic_id, user_id=member.user_id))
