"""Where the operations of this app are found, below `/v1/`."""

from backend.accounts.api import factor_shapes
from backend.accounts.api.passwords import ChangeEmail, ChangePassword, ForgotPassword, ResetPassword
from backend.accounts.api.proofs import ProveIdentity
from backend.accounts.api.second_factor import (
    CompleteSignIn,
    ConfirmSecondFactor,
    GetSecondFactor,
    RemoveSecondFactor,
    StartSecondFactor,
    StartSecondFactorAtSignIn,
)
from backend.accounts.api.sessions import ListSessions, RevokeSession, RevokeSessions, UpdateSession
from backend.accounts.api.views import CreateToken, Logout, RefreshToken, ResendVerification, VerifyEmail
from backend.common.http.routes import route

factor_shapes.describe()

urlpatterns = [
    route("auth/token", post=CreateToken),
    route("auth/token/mfa", post=CompleteSignIn),
    route("auth/mfa/start", post=StartSecondFactorAtSignIn),
    route("auth/step-up", post=ProveIdentity),
    route("auth/refresh", post=RefreshToken),
    route("auth/logout", post=Logout),
    route("auth/email/verify", post=VerifyEmail),
    route("auth/email/resend", post=ResendVerification),
    route("auth/email/change", post=ChangeEmail),
    route("auth/password/forgot", post=ForgotPassword),
    route("auth/password/reset", post=ResetPassword),
    route("auth/password/change", post=ChangePassword),
    route("me/second-factor", get=GetSecondFactor, post=StartSecondFactor),
    route("me/second-factor/confirm", post=ConfirmSecondFactor),
    route("me/second-factor/remove", post=RemoveSecondFactor),
    route("me/sessions", get=ListSessions, delete=RevokeSessions),
    route("me/sessions/<uuid:session_id>", patch=UpdateSession, delete=RevokeSession),
]
