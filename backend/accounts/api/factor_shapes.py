"""Bodies of second factors."""

from typing import Any

from backend.accounts.api.secret_shapes import current_password_field
from backend.accounts.api.serializers import TokenPairReply
from backend.common.errors import Code
from backend.common.http import fields
from backend.common.http.problem_shape import Problem, add_problem
from backend.common.http.serializers import StrictSerializer


def _code() -> Any:
    return fields.CharField(
        max_length=20, help_text="Six digits of the authenticator app, or a recovery code such as `abcde-fghjk`."
    )


def _mfa_token(**options: Any) -> Any:
    return fields.CharField(max_length=4096, **options)


def _recovery_codes(text: str) -> Any:
    child = fields.CharField(max_length=11, help_text="A recovery code; good once, in place of a code of the app.")
    return fields.ListField(child=child, max_length=10, help_text=text)


class MfaProblem(Problem):
    """The password was right, and a second step is needed."""

    codes = frozenset({Code.MFA_REQUIRED})

    mfa_token = _mfa_token(help_text="Send it to completeSignIn with a code; good for five minutes.")
    is_enrolled = fields.BooleanField(help_text="False if one must be enrolled first: startSecondFactorAtSignIn.")


class MfaTokenRequest(StrictSerializer):
    """Proof that the password was right."""

    mfa_token = _mfa_token(help_text="The member `mfa_token` of the problem `mfa_required`.")


class FinishRequest(MfaTokenRequest):
    """Proof that the password was right, and the code."""

    code = _code()


class FinishedSignIn(TokenPairReply):
    """The first pair of the session, and recovery codes if a second factor was enrolled in this sign-in."""

    recovery_codes = _recovery_codes("Filled this once, if a second factor was enrolled just now: write them down.")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """The pair, with the codes beside."""
        pair = TokenPairReply().to_representation(instance["pair"])
        return {**pair, "recovery_codes": list(instance["recovery_codes"])}


class EnrolRequest(StrictSerializer):
    """The password, to prove once more who is there."""

    current_password = current_password_field()


class Enrolment(StrictSerializer):
    """What an authenticator app needs. Show it, and keep it nowhere."""

    secret = fields.CharField(max_length=64, help_text="The secret in base32, for who cannot scan a code.")
    uri = fields.CharField(max_length=500, help_text="The same as `otpauth://` address, to be shown as a QR code.")


class CodeRequest(StrictSerializer):
    """The first code of the app."""

    code = _code()


class DisableRequest(EnrolRequest):
    """The password and a code."""

    code = _code()


class RecoveryCodes(StrictSerializer):
    """Codes for the day on which the phone is lost."""

    recovery_codes = _recovery_codes("Ten codes, each good once; shown this once: write them down.")


class SecondFactor(StrictSerializer):
    """How the caller signs in."""

    is_enabled = fields.BooleanField(help_text="True when every sign-in asks for a code.")
    is_required = fields.BooleanField(help_text="True when the chain wants a second factor of the caller's role.")
    recovery_codes_left = fields.IntegerField(
        min_value=0, max_value=10, help_text="How many recovery codes are left; at two or fewer, enrol anew."
    )


def describe() -> None:
    """Make the members known to the description."""
    add_problem(MfaProblem)
