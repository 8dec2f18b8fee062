"""What a change of set-up breaks is said, not done."""

import pytest

from backend.clinics.consequences import AffectedVisit, Scope, changing
from backend.clinics.models import Closure
from backend.practitioners.models import TimeOff
from tests.appointments.calls import api, book, wish
from tests.cast import MON, TUE, Cast


@pytest.fixture
def visit_id(cast: Cast) -> str:
    """A follow-up with `ims` at Coquitlam, Monday 10:00."""
    at = cast.at(cast.coquitlam, MON, "10:00")
    wanted = wish(cast.physio_follow_up, cast.coquitlam, at, practitioner_id=cast.ims)
    found: str = book(api(cast.patient), wanted)["id"]
    return found


def close(cast: Cast, *, dry_run: bool = False) -> list[AffectedVisit]:
    day = cast.day(cast.coquitlam, MON)
    with changing(Scope(clinic_ids=frozenset({cast.coquitlam.id})), dry_run=dry_run) as consequences:
        Closure.objects.create(clinic=cast.coquitlam, first_date=day, last_date=day, reason="flood")
    return consequences.affected


def test_a_closure_names_the_visits_it_breaks_and_leaves_them_booked(cast: Cast, visit_id: str) -> None:
    [affected] = close(cast)
    assert str(affected.appointment_id) == visit_id
    assert affected.rules == ("clinic_closed",)
    assert api(cast.patient).get(f"/v1/appointments/{visit_id}").json()["status"] == "booked"


@pytest.mark.usefixtures("visit_id")
def test_a_dry_run_says_the_same_and_changes_nothing(cast: Cast) -> None:
    assert [one.rules for one in close(cast, dry_run=True)] == [("clinic_closed",)]
    assert not Closure.objects.exists()


@pytest.mark.usefixtures("visit_id")
def test_what_was_broken_before_is_not_told_again(cast: Cast) -> None:
    assert close(cast)
    assert close(cast) == []


@pytest.mark.usefixtures("visit_id")
def test_only_the_visits_that_a_change_touches_are_named(cast: Cast) -> None:
    scope = Scope(practitioner_ids=frozenset({cast.ims.id}))
    away = {
        "practitioner": cast.ims,
        "first_date": cast.day(cast.coquitlam, TUE),
        "last_date": cast.day(cast.coquitlam, TUE),
    }
    with changing(scope) as consequences:
        TimeOff.objects.create(**away)
    assert consequences.affected == []
    with changing(scope) as consequences:
        TimeOff.objects.update(first_date=cast.day(cast.coquitlam, MON))
    assert [one.rules for one in consequences.affected] == [("practitioner_away",)]


def test_without_a_diary_nothing_can_be_changed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.clinics.consequences._diary", None)
    with pytest.raises(RuntimeError, match="no diary"):
        close(cast)
