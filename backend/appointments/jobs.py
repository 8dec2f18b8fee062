"""What recurs for visits."""

from backend.appointments.actions.flag_unresolved import flag_unresolved
from backend.appointments.actions.merge_stamps import merge_stamps
from backend.appointments.actions.settle_at_risk import settle_at_risk
from backend.appointments.actions.sweep_holds import sweep_holds
from backend.common.jobs import every

every("* * * * *", "appointments.sweep_holds")(sweep_holds)
every("*/5 * * * *", "appointments.flag_unresolved")(flag_unresolved)
every("*/5 * * * *", "appointments.settle_at_risk")(settle_at_risk)
every("29 * * * *", "appointments.merge_stamps")(merge_stamps)
