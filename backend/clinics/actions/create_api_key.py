"""Making an API key."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from backend.accounts.models import User
from backend.audit.actions import record
from backend.clinics.enums import ApiScope
from backend.clinics.keys import KeyText, make_key
from backend.clinics.models import ApiKey
from backend.clinics.queries.setup import get_clinic_for
from backend.clinics.roles import SCOPE_PERMISSIONS
from backend.common import clock
from backend.common.access import Actor
from backend.common.errors import FieldCode, FieldError, ValidationFailed
from backend.common.permissions import Permission


def create_api_key(
    actor: Actor,
    *,
    name: str,
    clinic_ids: Collection[uuid.UUID],
    scopes: Collection[ApiScope],
    expires_at: datetime | None = None,
) -> tuple[ApiKey, KeyText]:
    """A key for some clinics, and its text, which nobody can show again.

    It can do no more than its maker. Raises NotFound, PermissionDenied, ValidationFailed.
    """
    clinics = [get_clinic_for(actor, one, Permission.API_KEY_MANAGE) for one in dict.fromkeys(clinic_ids)]
    for clinic_id in clinic_ids:
        for permission in {one for scope in scopes for one in SCOPE_PERMISSIONS[scope]}:
            actor.require(permission, clinic_id=clinic_id)
    if expires_at and expires_at <= clock.now():
        detail = gettext_noop("This must be in the future.")
        raise ValidationFailed(errors=(FieldError("/expires_at", FieldCode.TOO_SMALL, detail),))
    text = make_key()
    with transaction.atomic():
        user = User(email=f"{text.prefix}@api-key.invalid", given_name=name, family_name="(API)", is_active=False)
        user.set_unusable_password()
        user.save(force_insert=True)
        held = sorted({str(scope) for scope in scopes})
        key = ApiKey.objects.create(
            user=user, name=name, prefix=text.prefix, digest=text.digest, scopes=held, expires_at=expires_at
        )
        key.clinics.set(clinics)
        told = {"name": name, "scopes": held, "clinic_ids": [str(one) for one in clinic_ids]}
        record(actor, "api_key.created", subject_type="api_key", subject_id=key.pk, after=told)
    return key, text
