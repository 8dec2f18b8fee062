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
