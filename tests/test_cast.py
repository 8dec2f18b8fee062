"""The cast is what its description says."""

from backend.clinics.enums import Weekday
from backend.common.walltime import promised, zone
from tests.cast import Cast


def test_it_names_instants_by_the_wall_clock(cast: Cast) -> None:
    for clinic in (cast.coquitlam, cast.toronto):
        start = cast.at(clinic, Weekday.WEDNESDAY, "09:30")
        assert promised(start, zone(clinic.timezone)).local_start == f"{cast.day(clinic, Weekday.WEDNESDAY)}T09:30"
        assert start > cast.now
        assert cast.day(clinic, Weekday.WEDNESDAY).isoweekday() == 3


def test_its_rows_are_written(cast: Cast) -> None:
    assert cast.child.guardianships.get().guardian == cast.parent.user
    assert set(cast.ims.offerings.values_list("clinic__slug", flat=True)) == {"coquitlam", "langley"}
    assert cast.stranger.clinic_links.get().clinic == cast.langley
    assert cast.cleared.clearances.exists()
    assert not cast.patient.clearances.exists()
