"""Taking a role that one was asked to take."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext_noop

from backend.accounts.actions.end_sessions import end_sessions
from backend.accounts.enums import InvitationPurpose, Language, SessionEnd
from backend.accounts.links import read_token
from backend.accounts.models import User
from backend.accounts.passwords import refuse_weak_password
from backend.audit.actions import record
from backend.clinics.actions._write import add
from backend.clinics.enums import Role
from backend.clinics.models import MemberInvitation, Membership
from backend.common.clock import real_now
from backend.common.errors import FieldCode, FieldError, ValidationFailed

_OF_NO_USE = gettext_noop("This link is not valid, or no longer. Have a new one sent.")
_NEEDED = gettext_noop("There is no account of this address yet, so this is needed to open one.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """Who opens an account with the role."""

    password: str = ""
    given_name: str = ""
    family_name: str = ""
    language: Language = Language.EN


def accept_member_invitation(*, token: str, account: NewAccount) -> Membership:
    """Take the role with the account of the address that the link was mailed to, which is thereby verified.

    Where nobody has proved that the address is theirs, the account is opened, or taken over, with `account`: whoever
    typed the address before does not get the role. All sessions end. Raises ValidationFailed, MemberAlready.
    """
    with transaction.atomic():
        invitation = _take(token)
        user = _proven(invitation.email) or _open(invitation.email, account)
        is_owner = invitation.role == Role.OWNER
        role = Membership(user=user, clinic=None if is_owner else invitation.clinic, role=invitation.role)
        member = add(None, role, invited_by_id=str(invitation.invited_by_id))
        MemberInvitation.objects.filter(pk=invitation.pk).update(spent_at=real_now(), updated_at=real_now())
        end_sessions(None, user_id=user.pk, reason=SessionEnd.ROLE_CHANGED)
    return member


def _take(token: str) -> MemberInvitation:
    invitation_id = read_token(token, InvitationPurpose.MEMBER)
    refusal = ValidationFailed(errors=(FieldError("/token", FieldCode.INVALID, _OF_NO_USE),))
    if invitation_id is None:
        raise refusal
    usable = MemberInvitation.objects.filter(pk=invitation_id, spent_at=None, expires_at__gt=real_now())
    # Locked: of two who come at once, the second finds it spent.
    locked = usable.select_for_update(no_key=True, of=("self",)).select_related("clinic")
    found = locked.first()
    if found is None:
        raise refusal
    return found


def _proven(email: str) -> User | None:
    # Locked, as closing an account locks it: nobody takes a role who is leaving at this moment.
    proven = User.objects.filter(email=email, is_active=True, email_verified_at__isnull=False)
    return proven.select_for_update(no_key=True).first()


def _open(email: str, account: NewAccount) -> User:
    wanted = {name: getattr(account, name) for name in ("password", "given_name", "family_name")}
    errors = tuple(FieldError(f"/{name}", FieldCode.REQUIRED, _NEEDED) for name, value in wanted.items() if not value)
    if errors:
        raise ValidationFailed(errors=errors)
    fresh = User(email=email, given_name=account.given_name, family_name=account.family_name, language=account.language)
    refuse_weak_password(account.password, fresh)
    known = User.objects.select_for_update(no_key=True).filter(email=email).first()
    if known is not None and not known.is_active:
        raise ValidationFailed(errors=(FieldError("/token", FieldCode.INVALID, _OF_NO_USE),))
    user = known or fresh
    user.given_name, user.family_name, user.language = fresh.given_name, fresh.family_name, fresh.language
    user.password = make_password(account.password)
    user.save()
    User.objects.filter(pk=user.pk).update(email_verified_at=real_now(), updated_at=real_now())
    record(None, "account.opened_by_invitation", subject_type="user", subject_id=user.pk)
    return user
