"""Proving again who one is, in the midst of a session."""

from backend.accounts import code_charges
from backend.accounts.actions.prove_identity import prove_identity
from backend.accounts.api.secret_shapes import current_password_field
from backend.common.budgets import Charge
from backend.common.http import fields
from backend.common.http.access import SIGNED_IN
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import StrictSerializer


class ProofRequest(StrictSerializer):
    """What signing in asks for: the password, and a code where a second factor is on."""

    current_password = current_password_field()
    code = fields.CharField(
        required=False,
        max_length=20,
        help_text="Six digits of the authenticator app, or a recovery code; needed where a second factor is on.",
    )


class Proof(StrictSerializer):
    """The person is who signed in."""

    expires_in_seconds = fields.IntegerField(
        min_value=1, help_text="How long this proof is good for what asks for a fresh one, in seconds."
    )


class ProveIdentity(Operation):
    """Prove again who you are.

    For who got 403 `step_up_required`: exports, changes of members' roles and new API keys ask for a proof of the last
    minutes. Signing in is one, so clients rarely meet it. The session and its tokens stay as they are; afterwards send
    the refused request again. Where getSecondFactor says `is_enabled`, a code is needed, too: without it the answer is
    `required` at `/code`. A wrong password is `validation_failed` at `/current_password`, not a 401.
    """

    permission = SIGNED_IN
    accepts = ProofRequest
    returns = Proof

    def charges(self, call: Call) -> list[Charge]:
        """Neither password nor code is to be guessed here."""
        return code_charges.of_proof(call.actor.user_id, has_code="code" in call.body)

    def handle(self, call: Call) -> Reply:
        """One's own session."""
        return Reply({"expires_in_seconds": prove_identity(call.actor, **call.body)})
