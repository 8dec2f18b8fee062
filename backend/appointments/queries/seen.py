"""Visits and holds as somebody sees them at an instant: times by the clinic's clock, what cancelling would cost."""

from dataclasses import dataclass
from datetime import date, datetime

from backend.appointments.enums import MOVABLE_STATUSES, Status
from backend.appointments.lifecycle import STEPS
from backend.appointments.models import Appointment
from backend.appointments.queries.policy import moves_of, policy_of
from backend.common import walltime
from backend.common.access import Actor
from backend.common.permissions import Permission


@dataclass(frozen=True, slots=True)
class SeenHold:
    """A hold, and the instant that its seconds are counted from."""

    row: Appointment
    now: datetime


@dataclass(frozen=True, slots=True)
class SeenVisit:
    """The row must come with what `visits_for` selects."""

    row: Appointment
    actor: Actor
    now: datetime

    @property
    def version(self) -> int:
        """What If-Match compares (R18)."""
        return self.row.version

    @property
    def starts_at(self) -> datetime:
        """The start with the clinic's offset, so that its text shows the wall time."""
        return self.row.starts_at.astimezone(walltime.zone(self.row.timezone))

    @property
    def ends_at(self) -> datetime:
        """The end of the bare visit, likewise."""
        return self.row.ends_at.astimezone(walltime.zone(self.row.timezone))

    @property
    def utc_offset(self) -> str:
        """The offset of the clinic's clock at the start."""
        return walltime.promised(self.row.starts_at, walltime.zone(self.row.timezone)).utc_offset

    @property
    def duration_minutes(self) -> int:
        """The length of the bare visit."""
        return int((self.row.ends_at - self.row.starts_at).total_seconds()) // 60

    @property
    def can_be_cancelled(self) -> bool:
        """Whether its state, the time (R7) and the caller's rights allow it at this moment."""
        is_open = Status(self.row.status) in STEPS[Status.CANCELLED].sources and self.now < self.row.starts_at
        return is_open and self._caller_may(STEPS[Status.CANCELLED].permission)

    @property
    def can_be_rescheduled(self) -> bool:
        """Whether its state, the time, the caller's rights and, for patients, the clinic's limits allow it now."""
        is_open = self.row.status in MOVABLE_STATUSES and self.now < self.row.starts_at
        is_staff = self.actor.may(Permission.APPOINTMENT_BOOK, clinic_id=self.row.clinic_id)
        may = is_staff or (self._caller_may(Permission.APPOINTMENT_BOOK) and self.reschedules_left > 0)
        return is_open and may

    @property
    def reschedules_left(self) -> int:
        """How often the patient may still move it."""
        return moves_of(self.row).left

    @property
    def can_reschedule_until_date(self) -> date:
        """The last date to which the patient may move it."""
        return moves_of(self.row).latest_date

    def _caller_may(self, permission: Permission) -> bool:
        is_family = self.row.patient_id in self.actor.own_patients(permission)
        return is_family or self.actor.may(permission, clinic_id=self.row.clinic_id)

    @property
    def free_cancellation_until(self) -> datetime:
        """Until when cancelling costs nothing, by the clinic's clock."""
        return policy_of(self.row).free_until.astimezone(walltime.zone(self.row.timezone))

    @property
    def fee_if_now_minor(self) -> int:
        """What cancelling would cost at this instant; zero once it can no longer be cancelled."""
        return policy_of(self.row).fee_at(self.now) if self.can_be_cancelled else 0

    @property
    def overrides(self) -> list[dict[str, str]]:
        """Rules that staff set aside; the reasons are the clinic's own, so patients are shown none."""
        is_staff = self.actor.may(Permission.APPOINTMENT_READ, clinic_id=self.row.clinic_id)
        return self.row.overrides if is_staff else []
