"""Session records in questions and answers."""

from backend.care.enums import RecordStatus
from backend.common.http import fields
from backend.common.http.changes import changes_of
from backend.common.http.serializers import StrictSerializer, VersionedSerializer, list_of

_MUSCLES = 40


class TreatedMuscle(StrictSerializer):
    """A muscle that was needled."""

    name = fields.CharField(max_length=80, help_text="The muscle and its side, as it is called in the clinic.")
    twitch_obtained = fields.BooleanField(help_text="Whether it twitched or cramped.")


def _scale(help_text: str) -> fields.IntegerField:
    return fields.IntegerField(required=False, allow_null=True, min_value=0, max_value=10, help_text=help_text)


def _needles(help_text: str) -> fields.IntegerField:
    return fields.IntegerField(required=False, allow_null=True, min_value=0, max_value=200, help_text=help_text)


class SessionRecordRequest(StrictSerializer):
    """What was done in a session, as far as it is known; all of it but `function_score` is needed to sign it."""

    is_sterilised = fields.BooleanField(
        required=False, allow_null=True, help_text="Whether the area was sterilised; null: not entered yet."
    )
    muscles = list_of(
        TreatedMuscle, max_length=_MUSCLES, required=False, help_text="The muscles that were needled, in their order."
    )
    needles_in = _needles("How many needles went in; null: not entered yet.")
    needles_out = _needles("How many needles came out; null: not entered yet. Not as many as went in: not signed.")
    pain_before = _scale("Pain before, from 0, none, to 10, the worst; null: not entered yet.")
    pain_after = _scale("Pain after, from 0, none, to 10, the worst; null: not entered yet.")
    function_score = _scale("What the patient can do, from 0, nothing, to 10, all as before; null: not asked.")
    note = fields.CharField(
        required=False, allow_blank=True, max_length=4000, help_text="Anything else; for those who treat."
    )


SessionRecordChangesRequest = changes_of(SessionRecordRequest)


class AmendSessionRecordRequest(SessionRecordRequest):
    """What to correct in a signed record; what is absent stays."""

    reason = fields.CharField(max_length=500, help_text="Why it is corrected; kept with the record.")


class RecordContent(StrictSerializer):
    """What the record of a session says."""

    is_sterilised = fields.BooleanField(
        allow_null=True, help_text="Whether the area was sterilised; null: not entered yet."
    )
    muscles = list_of(TreatedMuscle, max_length=_MUSCLES, help_text="The muscles that were needled, in their order.")
    needles_in = fields.IntegerField(
        allow_null=True, min_value=0, max_value=200, help_text="How many needles went in; null: not entered yet."
    )
    needles_out = fields.IntegerField(
        allow_null=True, min_value=0, max_value=200, help_text="How many needles came out; null: not entered yet."
    )
    pain_before = fields.IntegerField(
        allow_null=True, min_value=0, max_value=10, help_text="Pain before, 0 none to 10 the worst; null: not entered."
    )
    pain_after = fields.IntegerField(
        allow_null=True, min_value=0, max_value=10, help_text="Pain after, 0 none to 10 the worst; null: not entered."
    )
    function_score = fields.IntegerField(
        allow_null=True,
        min_value=0,
        max_value=10,
        help_text="What the patient can do, 0 nothing to 10 all as before; null: not asked.",
    )
    note = fields.CharField(allow_blank=True, max_length=4000, help_text="Anything else; for those who treat.")


class SessionRecordAmendment(StrictSerializer):
    """That a signed record was corrected."""

    number = fields.IntegerField(min_value=1, max_value=10_000, help_text="Counts the corrections of this record.")
    at = fields.DateTimeField(help_text="When it was corrected.")
    by_name = fields.CharField(max_length=201, help_text="The name of who corrected it.")
    reason = fields.CharField(max_length=500, help_text="Why it was corrected.")
    before = RecordContent(help_text="What the record said until then.")


class SessionRecord(RecordContent, VersionedSerializer):
    """The record of one session."""

    id = fields.UUIDField(help_text="This record; stays the same for good.")
    appointment_id = fields.UUIDField(help_text="The visit that it records.")
    patient_id = fields.UUIDField(source="appointment.patient_id", help_text="The patient who was treated.")
    practitioner_id = fields.UUIDField(
        source="appointment.practitioner_id", help_text="The practitioner who treated them."
    )
    status = fields.ChoiceField(
        RecordStatus,
        name="SessionRecordStatus",
        help_text="`draft`: updateSessionRecord changes it; `signed`: amendSessionRecord corrects it.",
    )
    signed_at = fields.DateTimeField(allow_null=True, help_text="When it was signed; null while it is a draft.")
    signed_by_name = fields.CharField(
        allow_null=True, max_length=201, help_text="Who signed it; null while it is a draft."
    )
    amendments = list_of(
        SessionRecordAmendment, max_length=10_000, help_text="Corrections since it was signed, the oldest first."
    )
