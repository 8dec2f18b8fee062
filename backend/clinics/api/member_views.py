"""Who works at a clinic."""

import uuid

from backend.clinics.actions.add_member import add_member
from backend.clinics.actions.change_member import change_member
from backend.clinics.actions.remove_member import remove_member
from backend.clinics.api.member_shapes import Member, MemberRequest, UpdateMemberRequest
from backend.clinics.enums import Role
from backend.clinics.errors import LastOwner, MemberAlready, OwnerStays
from backend.clinics.queries.members import get_member_for, members_of
from backend.common.errors import EtagMismatch
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
