"""Who looks after a patient, and who is asked to."""

from backend.common.http import fields
from backend.common.http.serializers import StrictSerializer, VersionedSerializer
from backend.patients.api.serializers import scopes_field
from backend.patients.enums import GuardianshipEnd, Relationship


class GuardianInvitationRequest(StrictSerializer):
    """Whom to ask, and what they are to do."""

    email = fields.EmailField(help_text="Where the invitation is mailed; accepted by the account of this address.")
    relationship = fields.ChoiceField(Relationship, help_text="What that person is to the patient.")
    scopes = scopes_field(help_text="What they may do for the patient; a guardian gives no more than they hold.")
    ends_on = fields.DateField(
        required=False, allow_null=True, help_text="The last day, today or later; null or absent: without end."
    )
    proof = fields.CharField(
        required=False, max_length=500, help_text="What the desk was shown. Staff must say it; the audit log keeps it."
    )


class GuardianInvitation(StrictSerializer):
    """An invitation that was mailed."""

    id = fields.UUIDField(help_text="This invitation; it is no secret, the mailed link is.")
    patient_id = fields.UUIDField(help_text="The patient who is to be looked after.")
    email = fields.EmailField(help_text="The address that it was mailed to, in lower case.")
    relationship = fields.ChoiceField(Relationship, help_text="What the invited person is to the patient.")
    scopes = scopes_field(help_text="What the invited person may do once they have accepted.")
    ends_on = fields.DateField(allow_null=True, help_text="The last day that was asked for; null: without end.")
    expires_at = fields.DateTimeField(help_text="Until when the mailed link can be used, once.")


class AcceptGuardianInvitationRequest(StrictSerializer):
    """The secret of the mailed link."""

    token = fields.CharField(max_length=1000, help_text="What follows `#token=` in the link of the mail.")


class Guardianship(VersionedSerializer):
    """One person looks after a patient, or did."""

    id = fields.UUIDField(help_text="This guardianship, of one person for one patient.")
    patient_id = fields.UUIDField(help_text="The patient who is looked after.")
    given_name = fields.CharField(
        source="guardian.given_name", max_length=100, help_text="The given name of who looks after them."
    )
    family_name = fields.CharField(
        source="guardian.family_name", max_length=100, help_text="The family name of who looks after them."
    )
    relationship = fields.ChoiceField(Relationship, help_text="What this person is to the patient.")
    scopes = scopes_field(help_text="What this person may do for the patient.")
    starts_on = fields.DateField(help_text="The first day on which it holds.")
    ends_on = fields.DateField(allow_null=True, help_text="The last day that was agreed on; null: none was.")
    last_day = fields.DateField(
        allow_null=True,
        help_text="The last day in fact: `ends_on`, or the eve of the day on which a minor comes of age by the law of "
        "the clinic's province, if that is earlier; null: without end.",
    )
    is_live = fields.BooleanField(help_text="True while this person may act for the patient.")
    is_mine = fields.BooleanField(help_text="True when it is the caller who looks after the patient.")
    ended_at = fields.DateTimeField(allow_null=True, help_text="When it was ended; null while nobody has.")
    end_reason = fields.ChoiceField(GuardianshipEnd, help_text="Why it ended; `none` while nobody has ended it.")


class UpdateGuardianshipRequest(StrictSerializer):
    """What to change; what is absent stays, null clears."""

    scopes = scopes_field(required=False, help_text="What the guardian may do from now on, all of it.")
    ends_on = fields.DateField(
        required=False, allow_null=True, help_text="The last day, today or later; null: without end."
    )


class EndGuardianshipRequest(StrictSerializer):
    """Why a guardianship ends, in a few words."""

    reason = fields.CharField(
        required=False, max_length=500, help_text="In a few words, for the audit log; shown to nobody else."
    )
