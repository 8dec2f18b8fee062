"""Two sign one assessment at once: one signature, one clearance; and what each guard is good for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from backend.care.actions import sign_assessment as signing
from backend.care.models import Assessment, AssessmentVersion
from backend.events.models import DomainEvent
from backend.patients.models import Clearance
from backend.practitioners.models import Credential, Offering
from tests.api_client import ApiClient
from tests.appointments.calls import api
from tests.care.assessments import draft
from tests.cast import NEEDLING, SINCE, Cast
from tests.clinics.test_setup_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
TRIGGER = "ALTER TABLE care_assessmentversion {} TRIGGER assessment_is_amended_only"


@pytest.fixture
def signers(cast: Cast) -> list[Callable[[], Any]]:
    """Two certified physiotherapists who are about to sign the same draft."""
    Offering.objects.create(practitioner=cast.physio, clinic=cast.coquitlam, service=cast.ims_treatment)
    proof = {"issuer": "N", "jurisdiction": "BC", "number": "1", "issued_on": SINCE, "valid_from": SINCE}
    verified = {"status": "verified", "verified_at": cast.now, "verified_by": cast.owner}
    for kind in NEEDLING:
        Credential.objects.create(practitioner=cast.physio, kind=kind, **proof, **verified)
    path = f"/v1/assessments/{draft(cast, cast.patient)['id']}/sign"
    tokens = [api(one).token for one in (cast.ims, cast.physio)]
    return [lambda token=token: ApiClient(token).post(path) for token in tokens]  # type: ignore[misc]


def test_of_two_signatures_at_once_one_is_given(cast: Cast, signers: list[Callable[[], Any]]) -> None:
    assert at_once(*signers) == [200, 409]
    _signed_once(cast)


def test_the_trigger_alone_holds(cast: Cast, signers: list[Callable[[], Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    _without_lock(monkeypatch)
    assert at_once(*signers) == [200, 409]
    _signed_once(cast)


def test_without_lock_and_trigger_one_signature_is_lost(
    cast: Cast, signers: list[Callable[[], Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    _without_lock(monkeypatch)
    with _without_trigger():
        assert at_once(*signers) == [200, 200]
    assert DomainEvent.objects.filter(type="assessment.signed.v1").count() == 2
    assert AssessmentVersion.objects.filter(assessment__patient=cast.patient).count() == 1


def _signed_once(cast: Cast) -> None:
    assert DomainEvent.objects.filter(type="assessment.signed.v1").count() == 1
    assert Clearance.objects.filter(patient=cast.patient).count() == 1


def _without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read the draft before either signs it."""
    both = Barrier(2, timeout=30)

    def load(_actor: Any, assessment_id: Any, _version: Any) -> Any:
        return Assessment.objects.select_related("patient", "clinic").get(pk=assessment_id)

    monkeypatch.setattr(signing, "lock_assessment", load)
    monkeypatch.setattr(signing, "require_whole", lambda _said: both.wait())


@contextmanager
def _without_trigger() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(TRIGGER.format("DISABLE"))
        try:
            yield
        finally:
            cursor.execute(TRIGGER.format("ENABLE"))
