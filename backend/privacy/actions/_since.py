"""What was taken from two while they were one: nobody gets it back by their being parted."""

from collections.abc import Mapping
from datetime import datetime

from backend.common.access import Actor
from backend.patients.actions.end_guardianship import end_guardianship
from backend.patients.enums import GuardianshipEnd
from backend.patients.models import Consent, Guardianship
from backend.privacy.models import PatientMerge

_BY_SOMEBODY = (GuardianshipEnd.GUARDIAN, GuardianshipEnd.PATIENT, GuardianshipEnd.STAFF)
_REASON = "ended for the other record while the two were one"


def end_what_ended_since(actor: Actor, merge: PatientMerge, *, merged_at: datetime, at: datetime) -> Mapping[str, int]:
    """End at the duplicate whom somebody let look after the survivor no more, and what they no longer consent to; how
    many. After the rows have their own patients again."""
    over = Guardianship.objects.filter(patient=merge.survivor_id, ended_at__gt=merged_at, end_reason__in=_BY_SOMEBODY)
    twins = Guardianship.objects.filter(
        patient=merge.duplicate_id, ended_at=None, guardian__in=over.values("guardian")
    ).order_by("pk")
    ended = list(twins.values_list("pk", flat=True))
    for guardianship_id in ended:
        end_guardianship(actor, guardianship_id=guardianship_id, reason=_REASON)
    withdrawn = Consent.objects.filter(patient=merge.survivor_id, revoked_at__gt=merged_at)
    services = withdrawn.values("text__service")
    consents = Consent.objects.filter(patient=merge.duplicate_id, revoked_at=None, text__service__in=services)
    revoked = Consent.objects.filter(pk__in=list(consents.values_list("pk", flat=True))).update(
        revoked_at=at, revoked_by_id=actor.user_id, updated_at=at
    )
    return {"ended patients.guardianship": len(ended), "ended patients.consent": revoked}
