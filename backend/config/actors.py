"""From a verified token to the caller: everything about a person that rights depend on, in one statement."""

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable

from django.conf import settings
from django.db import connection

from backend.accounts.errors import SessionRevoked
from backend.accounts.tokens import Claims
from backend.clinics.enums import Role
from backend.clinics.roles import OWN_CALENDAR_ROLES, ROLE_PERMISSIONS
from backend.common.access import Actor
from backend.common.permissions import Permission
from backend.patients.scopes import rights_of

# Hand-written: every request runs it, and building it by the ORM would cost more than running it.
# A guardianship is judged on the date at UTC-8, where Canada's day ends last, so none ends before its day is over.
_LOAD = """
    SELECT s.ended_at IS NULL AND u.is_active AND s.expires_at > now() AS lives,
           u.email_verified_at IS NOT NULL,
           s.proved_at > now() - make_interval(secs => %s),
           (SELECT id FROM patients_patient WHERE user_id = u.id),
           (SELECT id FROM practitioners_practitioner WHERE user_id = u.id),
           ARRAY(SELECT role FROM clinics_membership WHERE user_id = u.id ORDER BY id),
           ARRAY(SELECT clinic_id FROM clinics_membership WHERE user_id = u.id ORDER BY id),
           (
               SELECT jsonb_agg(jsonb_build_array(g.patient_id, g.scopes))
               FROM patients_guardianship g
               JOIN patients_patient p ON p.id = g.patient_id AND p.merged_into_id IS NULL,
                    CAST(domain_now() - interval '8 hours' AS date) AS today
               WHERE g.guardian_id = u.id AND g.ended_at IS NULL AND g.starts_on <= today
                 AND coalesce(guardianship_last_day(g.patient_id, g.starts_on, g.ends_on), today) >= today
           )
    FROM accounts_session s JOIN accounts_user u ON u.id = s.user_id
    WHERE s.id = %s AND u.id = %s
"""


def load_actor(claims: Claims) -> Actor:
    """Who calls, with the rights of this very moment. Raises SessionRevoked when the session no longer lives."""
    with connection.cursor() as cursor:
        cursor.execute(_LOAD, [settings.PROOF_LIFETIME.total_seconds(), claims.session_id, claims.user_id])
        row = cursor.fetchone()
    if row is None or not row[0]:
        raise SessionRevoked
    _, is_email_verified, has_fresh_proof, patient_id, practitioner_id, roles, clinic_ids, guarded = row
    over = {uuid.UUID(dependant): rights_of(scopes) for dependant, scopes in json.loads(guarded or "[]")}
    if patient_id:
        over[patient_id] = ROLE_PERMISSIONS[Role.PATIENT]
    memberships = [(Role(role), clinic_id) for role, clinic_id in zip(roles, clinic_ids, strict=True)]
    at_clinics = [one for one in memberships if one[0] not in OWN_CALENDAR_ROLES]
    return Actor(
        user_id=claims.user_id,
        session_id=claims.session_id,
        is_email_verified=is_email_verified,
        own_patient_id=patient_id,
        family=_by_permission((rights, one) for one, rights in over.items()),
        patient_ids=frozenset(over),
        practitioner_id=practitioner_id,
        everywhere=_permissions(role for role, clinic_id in at_clinics if clinic_id is None),
        clinics=_by_permission((ROLE_PERMISSIONS[role], one) for role, one in at_clinics if one is not None),
        has_fresh_proof=has_fresh_proof,
        own_calendar=_permissions(role for role, _ in memberships if role in OWN_CALENDAR_ROLES),
    )


def _permissions(roles: Iterable[Role]) -> frozenset[Permission]:
    return frozenset(permission for role in roles for permission in ROLE_PERMISSIONS[role])


def _by_permission(held: Iterable[tuple[Iterable[Permission], uuid.UUID]]) -> dict[Permission, frozenset[uuid.UUID]]:
    found: defaultdict[Permission, set[uuid.UUID]] = defaultdict(set)
    for rights, row_id in held:
        for permission in rights:
            found[permission].add(row_id)
    return {permission: frozenset(ids) for permission, ids in found.items()}
