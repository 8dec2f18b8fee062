"""What recurs for those who were treated."""

from backend.care.actions.call_for_check_ins import call_for_check_ins
from backend.common.jobs import every

every("*/15 * * * *", "care.call_for_check_ins")(call_for_check_ins)
