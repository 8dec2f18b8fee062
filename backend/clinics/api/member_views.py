"""Who works at a clinic."""

import uuid

from backend.accounts.enums import Language
from backend.accounts.invitation_charges import of_invitation
from backend.clinics.actions.accept_member_invitation import NewAccount, accept_member_invitation
from backend.clinics.actions.add_member import add_member
from backend.clinics.actions.change_member import change_member
from backend.clinics.actions.invite_member import invite_member
from backend.clinics.actions.remove_member import remove_member
from backend.clinics.api.member_shapes import (
    AcceptMemberInvitationRequest,
    Member,
    MemberInvitation,
    MemberInvitationRequest,
    MemberRequest,
    UpdateMemberRequest,
)
from backend.clinics.enums import Role
from backend.clinics.errors import LastOwner, MemberAlready, OwnerStays
from backend.clinics.queries.members import get_member_for, members_of
from backend.common.budgets import Charge
from backend.common.errors import EtagMismatch
from backend.common.http.access import PUBLIC
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import PageQuery, page_of
from backend.common.permissions import Permission


class ListMembers(Operation):
    """List who works at a clinic.

    The oldest first, with the owners of the chain, who have a role at every clinic.
    """

    permission = Permission.MEMBER_MANAGE
    query = PageQuery
    returns = page_of(Member)

    def handle(self, call: Call, clinic_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        return paginate(call, members_of(call.actor, clinic_id), order=["id"])


class CreateMember(Operation):
    """Give somebody a role at a clinic.

    The person has an account with a verified address, and signs in anew: their sessions end, unless it is the caller.
    Only an owner makes owners, and an owner's role is over the whole chain.
    """

    permission = Permission.MEMBER_MANAGE
    asks_for_proof = True
    accepts = MemberRequest
    returns = Member
    status = 201
    raises = (MemberAlready,)

    def handle(self, call: Call, clinic_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        role = Role(call.body["role"])
        member = add_member(call.actor, clinic_id=clinic_id, email=call.body["email"], role=role)
        return Reply(member, location=f"/v1/members/{member.pk}")


class GetMember(Operation):
    """Read one membership.

    As listMembers shows it, with the etag that its end needs.
    """

    permission = Permission.MEMBER_MANAGE
    returns = Member

    def handle(self, call: Call, member_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        return Reply(get_member_for(call.actor, member_id))


class DeleteMember(Operation):
    """Take a role from somebody.

    It ends at once, and with it the person's sessions, unless it is the caller; the account stays. One's own can be
    taken, too, but the chain keeps its last owner, and only an owner takes an owner's.
    """

    permission = Permission.MEMBER_MANAGE
    asks_for_proof = True
    raises = (LastOwner,)

    def handle(self, call: Call, member_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        remove_member(call.actor, member_id=member_id, expected_version=call.expected_version)
        return Reply()


class CreateMemberInvitation(Operation):
    """Ask somebody by mail to work at a clinic.

    The link lives for 7 days and works once. Whoever opens it takes the role at acceptMemberInvitation, with the
    account of the address or a new one. The answer does not tell whether the address has an account. Only an owner
    asks for owners. An earlier invitation of the address to the clinic is worth nothing any more.
    """

    permission = Permission.MEMBER_MANAGE
    asks_for_proof = True
    accepts = MemberInvitationRequest
    returns = MemberInvitation
    status = 202

    def charges(self, call: Call) -> list[Charge]:
        """Nobody's mailbox is to be flooded from here."""
        return of_invitation(call.actor.user_id, call.body["email"])

    def handle(self, call: Call, clinic_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        role = Role(call.body["role"])
        return Reply(invite_member(call.actor, clinic_id=clinic_id, email=call.body["email"], role=role))


class AcceptMemberInvitation(Operation):
    """Take a role, with the secret of the mailed link.

    Where the address has an account that proved it, `token` is enough. Else send a password and the names, too, and
    the account is opened, its address verified by the link. All sessions of the account end; sign in to begin.
    """

    permission = PUBLIC
    accepts = AcceptMemberInvitationRequest
    returns = Member
    status = 201
    budget = "link"
    raises = (MemberAlready,)

    def handle(self, call: Call) -> Reply:
        """Whoever reads the mail."""
        told = dict(call.body)
        token = told.pop("token")
        account = NewAccount(language=Language(call.language), **told)
        member = accept_member_invitation(token=token, account=account)
        return Reply(member, location=f"/v1/members/{member.pk}")


class UpdateMember(Operation):
    """Give a member another role at the clinic.

    It holds at once, and the person's sessions end, unless it is the caller. An owner's role is not changed, and
    nobody becomes an owner so: see createMember and deleteMember.
    """

    permission = Permission.MEMBER_MANAGE
    asks_for_proof = True
    accepts = UpdateMemberRequest
    returns = Member
    raises = (EtagMismatch, MemberAlready, OwnerStays)

    def handle(self, call: Call, member_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        role = Role(call.body["role"]) if "role" in call.body else None
        expected = call.expected_version
        return Reply(change_member(call.actor, member_id=member_id, role=role, expected_version=expected))
