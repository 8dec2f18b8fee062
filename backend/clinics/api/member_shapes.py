"""Who works at a clinic."""

from enum import StrEnum

from backend.clinics.enums import Role
from backend.common.http import fields
from backend.common.http.serializers import StrictSerializer, VersionedSerializer


class MemberRole(StrEnum):
    """The roles that can be given. An owner has the whole chain, everybody else the one clinic."""

    FRONT_DESK = Role.FRONT_DESK.value
    PRACTITIONER = Role.PRACTITIONER.value
    CLINIC_MANAGER = Role.CLINIC_MANAGER.value
    OWNER = Role.OWNER.value


class MemberRequest(StrictSerializer):
    """A role for somebody who has an account."""

    email = fields.EmailField(help_text="The verified address of the person's account, in any letter case.")
    role = fields.ChoiceField(MemberRole, help_text="What the person is to be; only an owner makes owners.")


class ClinicRole(StrEnum):
    """The roles at one clinic."""

    FRONT_DESK = Role.FRONT_DESK.value
    PRACTITIONER = Role.PRACTITIONER.value
    CLINIC_MANAGER = Role.CLINIC_MANAGER.value


class UpdateMemberRequest(StrictSerializer):
    """Another role at the same clinic."""

    role = fields.ChoiceField(
        ClinicRole, required=False, help_text="What the person is to be at the clinic from now on; absent: as it is."
    )


class MemberInvitationRequest(StrictSerializer):
    """Whom to ask, and to be what."""

    email = fields.EmailField(help_text="Where the invitation is mailed; the account of this address gets the role.")
    role = fields.ChoiceField(MemberRole, help_text="What the person is to be; only an owner asks for owners.")


class MemberInvitation(StrictSerializer):
    """An invitation that was mailed."""

    id = fields.UUIDField(help_text="This invitation; it is no secret, the mailed link is.")
    clinic_id = fields.UUIDField(help_text="The clinic that asks; an owner gets the whole chain all the same.")
    email = fields.EmailField(help_text="The address that it was mailed to, in lower case.")
    role = fields.ChoiceField(MemberRole, help_text="What the invited person is to be.")
    expires_at = fields.DateTimeField(help_text="Until when the mailed link can be used, once.")


class AcceptMemberInvitationRequest(StrictSerializer):
    """The secret of the mailed link; the rest opens an account where the address has none yet."""

    token = fields.CharField(max_length=1000, help_text="What follows `#token=` in the link of the mail.")
    password = fields.CharField(
        required=False,
        min_length=10,
        max_length=200,
        trim_whitespace=False,
        help_text="At least 10 characters, not a common password, not like the name or the address.",
    )
    given_name = fields.CharField(required=False, max_length=100, help_text="The given name of who opens the account.")
    family_name = fields.CharField(
        required=False, max_length=100, help_text="The family name of who opens the account."
    )


class Member(VersionedSerializer):
    """A role that somebody has at a clinic, or as owner over the whole chain."""

    id = fields.UUIDField(help_text="This membership; it ends when it is deleted.")
    clinic_id = fields.UUIDField(allow_null=True, help_text="The clinic; null for an owner, who has them all.")
    user_id = fields.UUIDField(help_text="The account of the person.")
    email = fields.EmailField(source="user.email", help_text="The address the person signs in with.")
    given_name = fields.CharField(source="user.given_name", max_length=100, help_text="The given name of the person.")
    family_name = fields.CharField(
        source="user.family_name", max_length=100, help_text="The family name of the person."
    )
    role = fields.ChoiceField(MemberRole, help_text="What the person is there; decides which permissions they hold.")
