"""What changes around holds and visits: the clock, hours, absences and buffers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from backend.appointments.actions.sweep_holds import sweep_holds
from backend.practitioners.models import WorkingHours
from tests.appointments.stopped_clock import stop_clock
from tests.stateful.ground import Ground, numbers, pick, services
from tests.stateful.rows import check_change, read_rows

people = st.sampled_from(["ims", "physio"])


class Around(Ground):
    """Nothing here changes a visit, and only the sweeper a hold."""

    @rule(minutes=st.sampled_from([2, 4, 6, 60 * 24, 60 * 25]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        stop_clock(self.now)

    @rule()
    def sweep(self) -> None:
        before = self.rows
        sweep_holds()
        self.rows = read_rows()
        for row in self.rows.values():
            if row != before[row.id]:
                check_change(before[row.id], row)
                self.check_run_out(before[row.id], row)
        assert not [row for row in self.rows_in("held") if row.hold_expires_at and row.hold_expires_at <= self.now]

    @rule(who=people, quarter=st.integers(0, 7))
    def block_time(self, who: str, quarter: int) -> None:
        begin = 9 * 60 + 15 * quarter
        body = {
            "clinic_id": str(self.cast.coquitlam.pk),
            "first_date": "2026-11-24",
            "from_time": clock(begin),
            "until_time": clock(begin + 30),
        }
        path = f"/v1/practitioners/{self.person(who).pk}/time-off"
        answer = self.set_up(lambda: self.clients["manager"].post(path, body))
        self.away.append(answer.json()["id"])

    @precondition(lambda self: self.away)
    @rule(number=numbers)
    def free_time(self, number: int) -> None:
        time_off = pick(self.away, number)
        self.away.remove(time_off)
        self.set_up(lambda: self.clients["manager"].delete(f"/v1/time-off/{time_off}", if_match="*"))

    @rule(who=people, begin=st.sampled_from([9 * 60, 9 * 60 + 30, 10 * 60]))
    def change_hours(self, who: str, begin: int) -> None:
        hours = WorkingHours.objects.get(practitioner=self.person(who), clinic=self.cast.coquitlam, weekday=2)
        path = f"/v1/working-hours/{hours.pk}"
        self.set_up(lambda: self.clients["manager"].patch(path, {"from_time": clock(begin)}, if_match="*"))

    @rule(service=services, before=st.sampled_from([0, 5, 15]), after=st.sampled_from([0, 10, 30]))
    def change_buffers(self, service: str, before: int, after: int) -> None:
        path = f"/v1/services/{getattr(self.cast, service).pk}"
        body = {"before_minutes": before, "after_minutes": after}
        self.set_up(lambda: self.clients["owner"].patch(path, body, if_match="*"))

    def set_up(self, act: Callable[[], Any]) -> Any:
        """Set-up changes no visit and no hold."""
        before, answer = self.rows, act()
        self.rows = read_rows()
        assert answer.status_code < 300, answer.content
        assert self.rows == before
        return answer


def clock(minute: int) -> str:
    """The reading of a minute of the day."""
    return f"{minute // 60:02}:{minute % 60:02}"
