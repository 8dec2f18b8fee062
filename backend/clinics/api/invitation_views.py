"""Who is asked by mail to work at a clinic."""

import uuid

from backend.accounts.enums import Language
from backend.accounts.invitation_charges import of_invitation
from backend.clinics.actions.accept_member_invitation import NewAccount, accept_member_invitation
from backend.clinics.actions.invite_member import invite_member
from backend.clinics.actions.withdraw_member_invitation import withdraw_member_invitation
from backend.clinics.api.member_shapes import (
    AcceptMemberInvitationRequest,
    Member,
    MemberInvitation,
    MemberInvitationRequest,
)
from backend.clinics.enums import Role
from backend.clinics.errors import MemberAlready
from backend.clinics.queries.members import invitations_of
from backend.common.budgets import Charge
from backend.common.http.access import PUBLIC
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, IfMatch, Operation, Reply
from backend.common.http.serializers import PageQuery, page_of
from backend.common.permissions import Permission


class ListMemberInvitations(Operation):
    """List who is asked to work at a clinic.

    Invitations that can still be accepted, the newest first. What was accepted, withdrawn or has ended is not listed.
    """

    permission = Permission.MEMBER_MANAGE
    query = PageQuery
    returns = page_of(MemberInvitation)

    def handle(self, call: Call, clinic_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        return paginate(call, invitations_of(call.actor, clinic_id), order=["-id"])


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


class WithdrawMemberInvitation(Operation):
    """Withdraw an invitation to work at a clinic.

    The mailed link is worth nothing from now on. 404 for one that was accepted, withdrawn or has ended: where somebody
    was faster, take the role away with deleteMember. Only an owner withdraws an invitation to be an owner.
    """

    permission = Permission.MEMBER_MANAGE
    if_match = IfMatch.NONE

    def handle(self, call: Call, invitation_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        withdraw_member_invitation(call.actor, invitation_id=invitation_id)
        return Reply()
