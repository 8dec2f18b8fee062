"""What recurs for the audit log."""

from backend.audit.sealing import seal_log
from backend.common.jobs import every

every("* * * * * */5", "audit.seal")(seal_log)
