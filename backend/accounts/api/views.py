"""Sign-in, refresh, sign-out and e-mail verification."""

from django.conf import settings

from backend.accounts import charges
from backend.accounts.actions.refresh_session import refresh_session
from backend.accounts.actions.resend_verification import resend_verification
from backend.accounts.actions.sign_in import sign_in
from backend.accounts.actions.sign_out import sign_out
from backend.accounts.actions.verify_email import verify_email
from backend.accounts.api.serializers import (
    RefreshRequest,
    ResendRequest,
    TokenPairReply,
    TokenRequest,
    VerificationPending,
    VerifyRequest,
)
from backend.accounts.errors import (
    CredentialsInvalid,
    MfaRequired,
    RefreshTokenReused,
    SessionRevoked,
    TokenExpired,
    TokenInvalid,
)
from backend.common.budgets import Charge
from backend.common.http.access import PUBLIC, SIGNED_IN
from backend.common.http.operations import Call, Operation, Reply


class CreateToken(Operation):
    """Sign in.

    Starts a session on a device and gives its first pair of tokens. Tokens are JWTs signed with EdDSA (RFC 8037),
    to be handled as RFC8725 advises; the public keys are at `/.well-known/jwks.json`. An unknown address, a wrong
    password and a closed account get the same answer. Signing in does not need a verified address; booking does. Who
    has a second factor, or must have one, gets 401 `mfa_required` with `mfa_token`: send it with a code to
    completeSignIn.
    """

    permission = PUBLIC
    accepts = TokenRequest
    returns = TokenPairReply
    raises = (CredentialsInvalid, MfaRequired)

    def charges(self, call: Call) -> list[Charge]:
        """Guesses are bounded by account and by address."""
        return charges.of_sign_in(call.body["email"], call.address)

    def handle(self, call: Call) -> Reply:
        """Public; a token that is sent along is not looked at."""
        return Reply(sign_in(**call.body, address=call.address))


class RefreshToken(Operation):
    """Exchange a refresh token for the next pair.

    Each refresh token is used once. Sent again within 30 seconds it gets the very same pair, so a phone that lost
    the answer, or asked twice at once, loses nothing. Sent later, or after the new refresh token was used, it is
    taken for stolen: the session ends, and the answer is `refresh_token_reused`.
    """

    permission = PUBLIC
    accepts = RefreshRequest
    returns = TokenPairReply
    raises = (TokenInvalid, TokenExpired, SessionRevoked, RefreshTokenReused)

    def charges(self, call: Call) -> list[Charge]:
        """By token and by address."""
        return charges.of_refresh(call.body["refresh"], call.address)

    def handle(self, call: Call) -> Reply:
        """Public: the access token has usually expired by now."""
        return Reply(refresh_session(refresh=call.body["refresh"]))


class Logout(Operation):
    """Sign out.

    Ends the session of the access token that is sent: its access and refresh tokens are refused from then on.
    """

    permission = SIGNED_IN

    def handle(self, call: Call) -> Reply:
        """No body."""
        sign_out(call.actor)
        return Reply()


class VerifyEmail(Operation):
    """Verify an e-mail address with the secret of the mailed link.

    Sent twice, it succeeds twice and does nothing the second time. A link lives for 24 hours, and dies when the
    account changes its address.
    """

    permission = PUBLIC
    accepts = VerifyRequest

    def handle(self, call: Call) -> Reply:
        """Public: the link may be opened on another device."""
        verify_email(token=call.body["token"])
        return Reply()


class ResendVerification(Operation):
    """Have the verification mail sent again.

    The answer is the same for an address that is verified already or that nobody registered; then no mail is sent.
    """

    permission = PUBLIC
    accepts = ResendRequest
    returns = VerificationPending
    status = 202

    def charges(self, call: Call) -> list[Charge]:
        """Nobody's mailbox is to be flooded from here."""
        return charges.of_mail(call.body["email"], call.address)

    def handle(self, call: Call) -> Reply:
        """Public."""
        resend_verification(email=call.body["email"])
        return Reply({"expires_in_seconds": int(settings.EMAIL_VERIFICATION_LIFETIME.total_seconds())})
