"""Where the operations of this app are found, below `/v1/`."""

from backend.common.http.routes import route
from backend.patients.api.views import GetMe, Register, UpdateMe

urlpatterns = [
    route("auth/register", post=Register),
    route("me", get=GetMe, patch=UpdateMe),
]
