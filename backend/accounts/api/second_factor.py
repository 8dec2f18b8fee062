"""The second factor: of one's own account, and in signing in (R21)."""

from backend.accounts import code_charges
from backend.accounts.actions.confirm_second_factor import confirm_second_factor
from backend.accounts.actions.disable_second_factor import disable_second_factor
from backend.accounts.actions.enrol_at_sign_in import enrol_at_sign_in
from backend.accounts.actions.enrol_second_factor import enrol_second_factor
from backend.accounts.actions.finish_sign_in import finish_sign_in
from backend.accounts.api.factor_shapes import (
    CodeRequest,
    DisableRequest,
    Enrolment,
    EnrolRequest,
    FinishedSignIn,
    FinishRequest,
    MfaTokenRequest,
    RecoveryCodes,
    SecondFactor,
)
from backend.accounts.errors import SecondFactorOn, TokenExpired, TokenInvalid
from backend.accounts.queries import see_second_factor
from backend.common.budgets import Charge
from backend.common.errors import NotFound, PermissionDenied
from backend.common.http.access import PUBLIC, SIGNED_IN
from backend.common.http.operations import Call, Idempotency, Operation, Reply


class CompleteSignIn(Operation):
    """Sign in, second step: name a code.

    For who got `mfa_required` from createToken: a code of the authenticator app, or one of the recovery codes. Each
    code counts once. A wrong one is `validation_failed` at `/code`, and the same `mfa_token` may be tried again while
    it lives, for five minutes. `recovery_codes` is filled when this code confirmed a second factor enrolled just now.
    """

    permission = PUBLIC
    accepts = FinishRequest
    returns = FinishedSignIn
    raises = (TokenInvalid, TokenExpired)

    def charges(self, call: Call) -> list[Charge]:
        """Guesses are bounded by account."""
        return code_charges.of_code(call.body["mfa_token"], call.address)

    def handle(self, call: Call) -> Reply:
        """Public: the token says whose password was right."""
        pair, recovery_codes = finish_sign_in(**call.body, address=call.address)
        return Reply({"pair": pair, "recovery_codes": recovery_codes})


class StartSecondFactorAtSignIn(Operation):
    """Enrol a second factor while signing in.

    For who got `mfa_required` with `is_enrolled` false: the chain wants a second factor of this role. Show `uri` as a
    QR code, then send the first code to completeSignIn. Asked again, it gives another secret.
    """

    permission = PUBLIC
    accepts = MfaTokenRequest
    returns = Enrolment
    raises = (TokenInvalid, TokenExpired, SecondFactorOn)

    def charges(self, call: Call) -> list[Charge]:
        """As for a code."""
        return code_charges.of_code(call.body["mfa_token"], call.address)

    def handle(self, call: Call) -> Reply:
        """Public: the token says whose password was right."""
        return Reply(enrol_at_sign_in(**call.body))


class GetSecondFactor(Operation):
    """Read whether one signs in with a second factor.

    Whether it is on, whether the chain wants one of the caller, and how many recovery codes are left.
    """

    permission = SIGNED_IN
    returns = SecondFactor

    def handle(self, call: Call) -> Reply:
        """One's own."""
        return Reply(see_second_factor(call.actor))


class StartSecondFactor(Operation):
    """Start to use a second factor.

    Gives the secret for an authenticator app, to be shown as a QR code and never stored. Nothing asks for codes until
    confirmSecondFactor; asked again before, it gives another secret.
    """

    permission = SIGNED_IN
    accepts = EnrolRequest
    returns = Enrolment
    raises = (SecondFactorOn,)
    budget = "reauthentication"
    idempotency = Idempotency.NONE  # a receipt would store the secret

    def handle(self, call: Call) -> Reply:
        """With the present password."""
        return Reply(enrol_second_factor(call.actor, **call.body))


class ConfirmSecondFactor(Operation):
    """Switch the second factor on.

    With the first code of the app. From then on every sign-in asks for one; all other sessions end, and a mail tells of
    it. The recovery codes are shown this once: have the person write them down. 404 unless one was enrolled before.
    """

    permission = SIGNED_IN
    accepts = CodeRequest
    returns = RecoveryCodes
    raises = (NotFound,)
    budget = "reauthentication"
    idempotency = Idempotency.NONE  # a receipt would store the codes

    def handle(self, call: Call) -> Reply:
        """One's own."""
        return Reply({"recovery_codes": confirm_second_factor(call.actor, **call.body)})


class RemoveSecondFactor(Operation):
    """Switch the second factor off.

    With the present password and a code. All other sessions end, and a mail tells of it. `permission_denied` where the
    chain wants one of the caller's role; 404 where none is on.
    """

    permission = SIGNED_IN
    accepts = DisableRequest
    raises = (NotFound, PermissionDenied)
    budget = "reauthentication"
    idempotency = Idempotency.NONE  # a receipt would hold a digest of the password

    def handle(self, call: Call) -> Reply:
        """One's own."""
        disable_second_factor(call.actor, **call.body)
        return Reply()
