"""Where the operations of this app are found, below `/v1/`."""

from backend.accounts.api.sessions import ListSessions, RenameSession, RevokeSession, RevokeSessions
from backend.accounts.api.views import CreateToken, Logout, RefreshToken, ResendVerification, VerifyEmail
from backend.common.http.routes import route

urlpatterns = [
    route("auth/token", post=CreateToken),
    route("auth/refresh", post=RefreshToken),
    route("auth/logout", post=Logout),
    route("auth/email/verify", post=VerifyEmail),
    route("auth/email/resend", post=ResendVerification),
    route("me/sessions", get=ListSessions, delete=RevokeSessions),
    route("me/sessions/<uuid:session_id>", patch=RenameSession, delete=RevokeSession),
]
