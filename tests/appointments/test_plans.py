"""PostgreSQL keeps one plan of the statements that every search and booking sends."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection

from backend.appointments.availability.gather import Question, gather
from backend.appointments.availability.stamps import read_stamps
from backend.appointments.rules.facts import Window
from tests.cast import TUE, Cast

TIMES = 12  # five plans are made for the values at hand, then it chooses; the driver prepares what it sent five times


@pytest.mark.django_db
def test_the_plan_of_the_facts_is_kept(cast: Cast) -> None:
    """Whatever is asked: else each booking had one made for its few values."""
    day = cast.day(cast.coquitlam, TUE)
    window = Window(day - timedelta(days=1), day + timedelta(days=1))
    for _ in range(TIMES):
        gather(
            Question(
                service_id=cast.physio_follow_up.pk,
                window=window,
                clinic_ids=(cast.coquitlam.pk,),
                practitioner_ids=(cast.ims.pk,),
                patient_id=cast.patient.pk,
            )
        )
    assert plans_kept("%practitioners_workinghours%") > 0


@pytest.mark.django_db
def test_the_plan_of_the_stamps_is_kept(cast: Cast) -> None:
    for _ in range(TIMES):
        read_stamps(str(cast.physio_follow_up.pk), (), (cast.ims.pk,), uuid.uuid4())
    assert plans_kept("%common_stamp%") > 0


def plans_kept(text: str) -> int:
    """How often a statement like this was run by a plan that was made for any values."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(generic_plans), 0) FROM pg_prepared_statements WHERE statement LIKE %s", [text]
        )
        return int(cursor.fetchone()[0])
