"""Addresses of what is told of the records that are kept, and of bringing two of one person together, below `/v1/`."""

from backend.common.http.routes import route
from backend.privacy.api import audit, exports, merge_shapes, merges

_MERGE = "patient-merges/<uuid:merge_id>"

merge_shapes.describe()

urlpatterns = [
    route("audit-events", get=audit.ListAuditEvents),
    route("me/access-log", get=audit.ListMyAccessLog),
    route("me/exports", post=exports.CreateExport),
    route("me/exports/<uuid:export_id>", get=exports.GetExport),
    route("me/exports/<uuid:export_id>/fetch", post=exports.FetchExport),
    route("patient-merges", get=merges.ListPatientMerges, post=merges.ProposePatientMerge),
    route(_MERGE, get=merges.GetPatientMerge),
    route(f"{_MERGE}/approve", post=merges.ApprovePatientMerge),
    route(f"{_MERGE}/decline", post=merges.DeclinePatientMerge),
    route(f"{_MERGE}/propose-reversal", post=merges.ProposePatientMergeReversal),
]
