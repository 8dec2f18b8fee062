"""A second one of everything of which the policy's world has fewer than two, so that each list has a second page."""

from datetime import date, timedelta

from backend.care.models import Assessment
from backend.clinics.enums import CredentialKind
from backend.clinics.models import Closure, MemberInvitation
from backend.common import clock
from backend.common.clock import real_now
from backend.common.ids import uuid7
from backend.patients.models import Consent, Guardianship, Screening
from backend.practitioners.models import Credential, ExtraHours, TimeOff, WorkingHours
from tests.cast import MON, SINCE, THU, Cast
from tests.policy.aftercare_calls import advice
from tests.policy.assessment_calls import signed as assessed
from tests.policy.course_calls import planned
from tests.policy.merge_calls import twice_known
from tests.policy.world import World, hold_of, pair, visit_of

_LATER = date(2198, 2, 1)


def crowd(world: World) -> World:
    """Change the world in place."""
    cast = world.cast
    pair(cast.owner)  # of another session
    _treat(world)
    Closure.objects.create(clinic=cast.coquitlam, first_date=_LATER, last_date=_LATER, reason="far ahead")
    ExtraHours.objects.create(
        practitioner=cast.physio, clinic=cast.coquitlam, date=_LATER, from_minute=0, until_minute=60
    )
    TimeOff.objects.create(practitioner=cast.physio, first_date=_LATER, last_date=_LATER)
    asked = {"role": "front_desk", "invited_by": cast.owner, "expires_at": real_now() + timedelta(days=7)}
    MemberInvitation.objects.create(clinic=cast.coquitlam, email="nora@example.test", **asked)
    soon = clock.now().date() + timedelta(days=20)
    registrations = Credential.objects.filter(kind=CredentialKind.REGISTRATION, verified_at__isnull=False)
    registrations.filter(practitioner__in=[cast.physio, cast.ims]).update(valid_until=soon)
    noon = cast.at(cast.coquitlam, MON, "12:00")
    world.visits["at_noon"] = visit_of(cast, cast.cleared, cast.physio, cast.coquitlam, noon)
    WorkingHours.objects.filter(practitioner=cast.physio, weekday=MON).delete()  # so both of that day are at risk
    noon = cast.at(cast.coquitlam, THU, "12:30")
    world.holds["owner_too"] = hold_of(cast, cast.owner, None, cast.ims, cast.coquitlam, noon)
    _answer_before(cast)
    visit = f"/v1/appointments/{world.visits['patients'].pk}"
    for note in ("First", "Second"):
        assert world.clients["owner"].patch(visit, {"note": note}, if_match="*").status_code == 200
    twice_known(world)
    return world


def _treat(world: World) -> None:
    """Two of all that comes with treatment, and with the audit of it."""
    cast = world.cast
    planned(world)
    for ready in (assessed, assessed, advice("active", "physio-follow-up"), advice("active", "ims-treatment")):
        ready(world)
    for assessment in Assessment.objects.all():
        version = assessment.versions.get()
        version.pk, version.number = uuid7(), 2
        version.reason = "Seen again."
        version.save(force_insert=True)
    Guardianship.objects.create(
        patient=cast.child, guardian_id=cast.owner.pk, relationship="other", scopes=["read"], starts_on=SINCE
    )
    for name in ("desk", "manager"):
        for person in (cast.patient, cast.cleared):
            assert world.clients[name].get(f"/v1/patients/{person.pk}").status_code == 200


def _answer_before(cast: Cast) -> None:
    """What everybody answered and agreed to once before."""
    for screening in Screening.objects.all():
        screening.pk, screening.superseded_at = uuid7(), cast.now
        screening.save(force_insert=True)
    for consent in Consent.objects.all():
        consent.pk, consent.revoked_at, consent.revoked_by = uuid7(), cast.now, cast.owner
        consent.save(force_insert=True)
