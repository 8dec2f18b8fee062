"""Addresses of what is told of the records that are kept, below `/v1/`."""

from backend.common.http.routes import route
from backend.privacy.api import audit, exports

urlpatterns = [
    route("audit-events", get=audit.ListAuditEvents),
    route("me/access-log", get=audit.ListMyAccessLog),
    route("me/exports", post=exports.CreateExport),
    route("me/exports/<uuid:export_id>", get=exports.GetExport),
    route("me/exports/<uuid:export_id>/fetch", post=exports.FetchExport),
]
