"""Of what two records say of one person's health, the safest counts, and again each its own once they are apart."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from backend.care.models import Assessment, AssessmentVersion
from backend.common import clock
from backend.patients.models import Clearance, Consent, Patient, Screening
from backend.tasks.models import Task
from tests.appointments.calls import VISITS, api, book, refusal, rules, wish
from tests.care.assessments import PARTS
from tests.cast import TUE, WED, Cast
from tests.jobs import run_jobs
from tests.privacy.merging import merge, reverse


def try_ims(cast: Cast) -> Any:
    """The cleared patient asks for a treatment."""
    at = cast.at(cast.coquitlam, TUE, "10:00")
    return api(cast.cleared).post(VISITS, wish(cast.ims_treatment, cast.coquitlam, at), key=uuid.uuid4().hex)


def refused(cast: Cast) -> list[str]:
    answer = try_ims(cast)
    assert refusal(answer) == (422, "slot_not_bookable")
    return rules(answer)


@pytest.mark.parametrize("outcome", ["blocked", "ask_clinician"])
@pytest.mark.parametrize("is_newer", [True, False])
def test_answers_that_block_either_block_both(cast: Cast, outcome: str, is_newer: bool) -> None:
    at = clock.now() + timedelta(hours=1 if is_newer else -1)
    Screening.objects.filter(patient=cast.child).update(outcome=outcome, answered_at=at)
    merged = merge(cast, cast.cleared, cast.child)
    assert refused(cast) == ["screening_blocked"]
    current = Screening.objects.get(patient=cast.cleared, superseded_at=None)
    assert current.outcome == outcome
    reverse(cast, merged["id"])
    assert try_ims(cast).status_code == 201


def test_answers_of_the_survivor_that_block_go_on_blocking(cast: Cast) -> None:
    Screening.objects.filter(patient=cast.cleared).update(outcome="blocked")
    Screening.objects.filter(patient=cast.child).update(answered_at=clock.now() + timedelta(hours=1))
    merged = merge(cast, cast.cleared, cast.child)
    assert refused(cast) == ["screening_blocked"]
    reverse(cast, merged["id"])
    assert refused(cast) == ["screening_blocked"]
    assert Screening.objects.get(patient=cast.child, superseded_at=None).outcome == "clear"


def test_what_a_physiotherapist_cleared_blocks_nobody(cast: Cast) -> None:
    cleared = {
        "outcome": "ask_clinician",
        "cleared_at": clock.now(),
        "cleared_by": cast.owner,
        "cleared_reason": "Well",
    }
    Screening.objects.filter(patient=cast.child).update(**cleared)
    merge(cast, cast.cleared, cast.child)
    assert try_ims(cast).status_code == 201


def test_visits_that_are_booked_are_looked_at_again(cast: Cast) -> None:
    at = cast.at(cast.coquitlam, WED, "10:00")
    visit = book(api(cast.cleared), wish(cast.ims_treatment, cast.coquitlam, at))
    run_jobs()
    Screening.objects.filter(patient=cast.child).update(outcome="blocked")
    merge(cast, cast.cleared, cast.child)
    run_jobs()
    assert str(Task.objects.get(kind="visit_at_risk").appointment_id) == visit["id"]


@pytest.mark.parametrize("whose", ["survivor", "duplicate"])
def test_a_consent_does_not_outlive_one_that_was_taken_back_later(cast: Cast, whose: str) -> None:
    withdrawing = cast.cleared if whose == "survivor" else cast.child
    later = {"revoked_at": clock.now(), "revoked_by": cast.owner}
    Consent.objects.filter(patient=withdrawing).update(**later)
    merged = merge(cast, cast.cleared, cast.child)
    assert refused(cast) == ["consent_needed"]
    reverse(cast, merged["id"])
    assert Consent.objects.get(patient=withdrawing).revoked_at == later["revoked_at"]
    other = cast.child if whose == "survivor" else cast.cleared
    assert Consent.objects.get(patient=other).revoked_at is None


def test_a_consent_that_was_given_after_all_counts(cast: Cast) -> None:
    before = {"revoked_at": clock.now() - timedelta(days=2), "revoked_by": cast.owner}
    Consent.objects.filter(patient=cast.child).update(given_at=clock.now() - timedelta(days=3), **before)
    merge(cast, cast.cleared, cast.child)
    assert try_ims(cast).status_code == 201


def assess(cast: Cast, patient: Patient, **found: Any) -> None:
    """A signed assessment that found the lower back no candidate, unless told."""
    assessment = Assessment.objects.create(patient=patient, clinic=cast.coquitlam)
    signed = {"signed_at": clock.now() + timedelta(minutes=1), "signed_by": cast.owner, "written_by": cast.owner}
    usual = {"number": 1, "region": "lower_back", "outcome": "not_a_candidate", **PARTS, **signed}
    AssessmentVersion.objects.create(assessment=assessment, **{**usual, **found})


def test_a_clearance_does_not_outlive_a_later_assessment_that_finds_otherwise(cast: Cast) -> None:
    assess(cast, cast.child)
    merged = merge(cast, cast.cleared, cast.child)
    assert refused(cast) == ["assessment_needed"]
    reverse(cast, merged["id"])
    assert try_ims(cast).status_code == 201


@pytest.mark.parametrize("found", [{"region": "neck"}, {"outcome": "candidate"}, {"signed_at": "before"}])
def test_another_region_a_candidate_or_an_earlier_assessment_ends_no_clearance(
    cast: Cast, found: dict[str, Any]
) -> None:
    if "signed_at" in found:
        found = {"signed_at": clock.now() - timedelta(days=1)}
    assess(cast, cast.child, **found)
    merge(cast, cast.cleared, cast.child)
    assert Clearance.objects.get(patient=cast.cleared).ended_at is None
