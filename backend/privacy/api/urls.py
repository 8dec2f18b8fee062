"""Addresses of what is told of the records that are kept, below `/v1/`."""

from backend.common.http.routes import route
from backend.privacy.api import audit

urlpatterns = [
    route("audit-events", get=audit.ListAuditEvents),
    route("me/access-log", get=audit.ListMyAccessLog),
]
