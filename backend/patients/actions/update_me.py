"""Changing one's own profile."""

from typing import TypedDict

from django.db import transaction
from phonenumber_field.phonenumber import PhoneNumber

from backend.accounts.enums import Language
from backend.accounts.models import User
from backend.audit.actions import record
from backend.common.access import Actor
from backend.common.errors import EtagMismatch
from backend.patients.actions._person import plain, write_person


class ProfileChanges(TypedDict, total=False):
    """What to change; what is absent stays (RFC 7396)."""

    given_name: str
    family_name: str
    language: Language
    phone: PhoneNumber | None


def update_me(actor: Actor, *, changes: ProfileChanges, expected_version: int | None) -> None:
    """Change the caller's account and, where they are a patient, the copy that the clinics see.

    Raises EtagMismatch when the profile is no longer at `expected_version`; None means at any.
    """
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(id=actor.user_id)
        if expected_version not in (None, user.version):
            raise EtagMismatch
        before = {name: getattr(user, name) for name, value in changes.items() if getattr(user, name) != value}
        if not before:
            return
        after = {name: value for name, value in changes.items() if name in before}
        write_person(user_id=user.id, patient_id=actor.own_patient_id, changes=after)
        record(
            actor,
            "profile.changed",
            subject_type="user",
            subject_id=user.id,
            patient_id=actor.own_patient_id,
            before=plain(before),
            after=plain(after),
        )
