"""Questionnaires and screenings in questions and answers."""

from backend.common.http import fields
from backend.common.http.serializers import PageQuery, StrictSerializer, list_of
from backend.patients.enums import Party, QuestionCode, ScreeningStatus, Severity

QUESTIONS = len(QuestionCode)


class ScreeningQuestion(StrictSerializer):
    """A question that is answered with yes or no."""

    code = fields.ChoiceField(QuestionCode, help_text="The question by its stable name; answers name it.")
    text = fields.TranslatedField(max_length=300, help_text="The question, in the caller's language.")


class ScreeningQuestionnaire(StrictSerializer):
    """What is asked before needling, in the order in which to ask it."""

    version = fields.IntegerField(min_value=1, help_text="Send it with the answers: they are answers to this version.")
    validity_days = fields.IntegerField(
        min_value=1, max_value=365, help_text="For how many days an answer counts after the day on which it is given."
    )
    questions = list_of(ScreeningQuestion, max_length=QUESTIONS, help_text="All of them are to be answered.")


class ManagedQuestion(StrictSerializer):
    """A question in both languages, and what a yes means."""

    code = fields.ChoiceField(QuestionCode, help_text="The question by its stable name.")
    severity = fields.ChoiceField(
        Severity,
        name="ScreeningSeverity",
        help_text="What a yes means: `absolute` nobody is treated, `ask_clinician` a certified physiotherapist "
        "decides, `note` it is merely noted.",
    )
    text = fields.CharField(max_length=300, help_text="The question in English.")
    text_fr = fields.CharField(max_length=300, help_text="The question in French.")


class ManagedQuestionnaire(StrictSerializer):
    """A version of the questionnaire, as the owner sees it."""

    version = fields.IntegerField(min_value=1, help_text="1 is the standard one; the highest is the one that is asked.")
    validity_days = fields.IntegerField(
        min_value=1, max_value=365, help_text="For how many days an answer counts after the day on which it is given."
    )
    questions = list_of(ManagedQuestion, max_length=QUESTIONS, help_text="The questions in their order.")


class ManagedQuestionnaires(StrictSerializer):
    """Every version of the questionnaire."""

    results = list_of(ManagedQuestionnaire, max_length=10_000, help_text="Every version, the newest first.")


class NewQuestionRequest(StrictSerializer):
    """What is asked under a code from now on."""

    code = fields.ChoiceField(QuestionCode, help_text="The question by its stable name.")
    severity = fields.ChoiceField(Severity, name="ScreeningSeverity", help_text="What a yes to it means from now on.")
    text = fields.CharField(required=False, max_length=300, help_text="The question in English; absent: as it was.")
    text_fr = fields.CharField(required=False, max_length=300, help_text="The question in French; absent: as it was.")


class QuestionnaireRequest(StrictSerializer):
    """The next version of the questionnaire: the whole of it, in the order in which to ask."""

    validity_days = fields.IntegerField(
        min_value=1, max_value=365, help_text="For how many days an answer counts after the day on which it is given."
    )
    questions = list_of(NewQuestionRequest, max_length=20, help_text="Each of the six questions, once.")


class ScreeningAnswer(StrictSerializer):
    """Yes or no to one question."""

    code = fields.ChoiceField(QuestionCode, help_text="The question by its stable name.")
    answer = fields.BooleanField(help_text="True for yes, false for no.")


class ScreeningRequest(StrictSerializer):
    """The answers to today's questions, all of them."""

    questionnaire_version = fields.IntegerField(
        min_value=1, help_text="The version that was shown, from getScreeningQuestionnaire."
    )
    answers = list_of(ScreeningAnswer, max_length=20, help_text="One answer to each question, in any order.")


class Screening(StrictSerializer):
    """A set of answers and where it stands. The newest of a patient is the one that counts."""

    id = fields.UUIDField(help_text="This set of answers; stays the same for good.")
    patient_id = fields.UUIDField(source="row.patient_id", help_text="The patient whom the answers are about.")
    status = fields.ChoiceField(
        ScreeningStatus,
        help_text="`clear`; `ask_clinician`: a certified physiotherapist has to look at it; `cleared`: one did; "
        "`blocked`: the treatment does not suit. Only `clear` and `cleared` let the patient book.",
    )
    is_current = fields.BooleanField(source="row.is_current", help_text="False once the patient has answered again.")
    valid_until_date = fields.DateField(
        source="row.valid_until", help_text="The last date, at the clinic, on which it counts."
    )
    questionnaire_version = fields.IntegerField(
        source="row.questionnaire_version", min_value=1, help_text="The version of the questions that were answered."
    )
    answered_at = fields.DateTimeField(source="row.answered_at", help_text="When the answers were entered.")
    answered_by = fields.ChoiceField(
        Party, source="row.party", name="EnteredBy", help_text="On whose side they were entered."
    )
    is_redacted = fields.BooleanField(
        help_text="True where the caller may know where it stands, but not what was answered: `answers` is empty then."
    )
    answers = list_of(ScreeningAnswer, max_length=20, help_text="The answers, unless `is_redacted`.")
    cleared_at = fields.DateTimeField(
        source="row.cleared_at", allow_null=True, help_text="When a physiotherapist decided for it; null if none did."
    )
    cleared_reason = fields.CharField(
        max_length=500, allow_blank=True, help_text="Why, in the physiotherapist's words; empty where `is_redacted`."
    )


class ScreeningQuery(PageQuery):
    """Which screenings of a patient: all, the newest first; `limit=1` answers the one that counts."""


class ConsentText(StrictSerializer):
    """What a service does, and what the patient agrees to, in the caller's language."""

    id = fields.UUIDField(help_text="This version of the text: who agrees sends it.")
    service_id = fields.UUIDField(help_text="The service that asks for this consent.")
    version = fields.IntegerField(min_value=1, help_text="Grows by one with each change of the text.")
    title = fields.TranslatedField(max_length=120, help_text="A heading for the text, in the caller's language.")
    body = fields.TranslatedField(max_length=8000, help_text="The text, plain and without markup; show all of it.")


class ManagedConsentText(StrictSerializer):
    """A version of a text in both languages, as the owner wrote it."""

    id = fields.UUIDField(help_text="This version of the text; never changes.")
    service_id = fields.UUIDField(help_text="The service that asks for this consent.")
    version = fields.IntegerField(min_value=1, help_text="Grows by one with each change of the text.")
    title = fields.CharField(max_length=120, help_text="A heading for the text, in English.")
    title_fr = fields.CharField(max_length=120, help_text="A heading for the text, in French.")
    body = fields.CharField(max_length=8000, help_text="The text in English, without markup.")
    body_fr = fields.CharField(max_length=8000, help_text="The text in French, without markup.")


class ConsentTextRequest(StrictSerializer):
    """The next version of what a service asks consent to."""

    title = fields.CharField(max_length=120, help_text="A heading for the text, in English.")
    title_fr = fields.CharField(max_length=120, help_text="A heading for the text, in French.")
    body = fields.CharField(max_length=8000, help_text="The text in English, without markup.")
    body_fr = fields.CharField(max_length=8000, help_text="The text in French, without markup.")


class ConsentRequest(StrictSerializer):
    """That somebody agreed to a text, for the patient."""

    consent_text_id = fields.UUIDField(help_text="The text that was shown: `id` of getConsentText.")
    signed_by_name = fields.CharField(
        required=False,
        max_length=200,
        help_text="Who agreed. Absent: the caller; where staff enter it, the patient.",
    )


class Consent(StrictSerializer):
    """That somebody agreed to one version of a text, for a patient."""

    id = fields.UUIDField(help_text="This consent; stays the same for good.")
    patient_id = fields.UUIDField(help_text="The patient whom the consent is for.")
    text = ConsentText(help_text="What was agreed to: the version of that time, in the caller's language.")
    is_text_current = fields.BooleanField(
        source="text.is_current", help_text="False once the text has a newer version, which is then to be agreed to."
    )
    signed_by_name = fields.CharField(max_length=200, help_text="Who agreed: the patient, or who looks after them.")
    given_at = fields.DateTimeField(help_text="When the consent was entered.")
    given_by = fields.ChoiceField(Party, source="party", name="EnteredBy", help_text="On whose side it was entered.")
    revoked_at = fields.DateTimeField(allow_null=True, help_text="When it was taken back; null while it holds.")
