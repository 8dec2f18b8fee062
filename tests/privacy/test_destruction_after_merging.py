"""What stayed with a merged duplicate goes with the survivor's records, and one that fails keeps no other."""

import logging
import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from procrastinate.contrib.django import app

from backend.audit.actions import record
from backend.audit.models import AuditEntry
from backend.common import clock
from backend.patients.models import Consent, ConsentText, Guardianship, Patient
from backend.privacy.actions import destroy_records as destroying
from backend.privacy.actions._forgetting import forget as really_forget
from backend.privacy.actions.destroy_records import destroy_records
from backend.privacy.models import Destruction
from tests.accounts.people import PASSWORD
from tests.appointments.calls import api, made, travel
from tests.cast import Cast
from tests.jobs import run_jobs
from tests.privacy.merging import merge

# What is deferred fails at the end of a transaction, and so must really end.
pytestmark = pytest.mark.django_db(transaction=True)


def close(patient: Patient) -> None:
    user = patient.user
    assert user
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    assert api(patient).post("/v1/me/close", {"current_password": PASSWORD}).status_code == 200
    run_jobs()


def pass_all() -> None:
    last = max(Destruction.objects.filter(done_at=None).values_list("due_date", flat=True))
    travel(by=timedelta(days=(last - clock.now().date()).days))


def consent_to_all(cast: Cast, patient: Patient) -> None:
    for text in ConsentText.objects.filter(superseded_at=None):
        body = {"consent_text_id": str(text.pk)}
        made(api(cast.desk_coquitlam).post(f"/v1/patients/{patient.pk}/consents", body))


def test_leftovers_of_a_merged_duplicate_go_with_the_survivor(cast: Cast) -> None:
    for one in (cast.cleared, cast.child):
        consent_to_all(cast, one)
    merge(cast, cast.cleared, cast.child)
    assert Consent.objects.filter(patient=cast.child).exists()
    close(cast.cleared)
    for _ in range(2):
        pass_all()
        destroy_records()
        if not Destruction.objects.filter(done_at=None).exists():
            break
    assert not Destruction.objects.filter(done_at=None).exists()
    both = [cast.cleared.pk, cast.child.pk]
    assert not Patient.objects.filter(pk__in=both).exists()
    assert not Consent.objects.filter(patient__in=both).exists()


def test_a_guardianship_that_stayed_goes_too(cast: Cast) -> None:
    parent = Patient.objects.get(user=cast.parent.user)
    merge(cast, parent, cast.child)
    assert Guardianship.objects.filter(patient=cast.child).exists()
    close(parent)
    pass_all()
    destroy_records()
    assert not Guardianship.objects.filter(patient=cast.child).exists()


def test_one_that_fails_keeps_no_other_and_the_job_fails(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for one in (cast.cleared, cast.stranger):
        close(one)
    pass_all()
    assert cast.cleared.user_id
    stuck = Destruction.objects.get(user_id=cast.cleared.user_id, record_class="marketing")

    def fail(destruction: Destruction) -> int:
        if destruction.pk == stuck.pk:
            raise RuntimeError("Quaggamark")
        return really_forget(destruction)

    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(destroying, "forget", fail)
        with pytest.raises(match="1 of 10"):
            app.tasks["privacy.destroy_records"].func(timestamp=0)
    assert [one.pk for one in Destruction.objects.filter(done_at=None)] == [stuck.pk]
    assert [(one.message, vars(one)["destruction"]) for one in caplog.records if one.name == destroying.__name__] == [
        ("records not destroyed", str(stuck.pk))
    ]
    assert "Quaggamark" not in caplog.text
    assert destroy_records() == 1


def test_what_names_others_too_keeps_its_contents(cast: Cast) -> None:
    both = [cast.cleared.pk, cast.stranger.pk]
    with transaction.atomic():
        for some in (both, both[:1]):
            record(
                None,
                "patient.listed",
                subject_type="x",
                subject_id=cast.coquitlam.pk,
                patient_ids=some,
                after={"q": "a"},
            )
    close(cast.cleared)
    pass_all()
    destroy_records()
    kept = AuditEntry.objects.filter(action="patient.listed").exclude(after={}).values_list("patient_ids", flat=True)
    assert list(kept) == [both]


def test_a_hold_between_the_list_and_the_lock_counts(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    close(cast.cleared)
    pass_all()
    real = destroying._destroy

    def held_first(destruction_id: uuid.UUID) -> bool:
        Destruction.objects.update(held_until="2999-01-01", held_reason="a claim")
        return real(destruction_id)

    monkeypatch.setattr(destroying, "_destroy", held_first)
    assert destroy_records() == 0
    assert not Destruction.objects.exclude(done_at=None).exists()
