"""Services in questions and answers."""

from backend.accounts.enums import Language
from backend.clinics.api.terms import Terms
from backend.clinics.enums import CredentialKind, Discipline, QuestionTopic, RoomKind
from backend.common.http import fields
from backend.common.http.serializers import PageQuery, StrictSerializer, VersionedSerializer, list_of


class ServiceQuery(PageQuery):
    """Which services."""

    clinic = fields.ListField(
        child=fields.UUIDField(),
        required=False,
        default=list,
        help_text="Only what one of these clinics offers, with these clinics' offers; none means any.",
    )
    code = fields.CharField(required=False, max_length=60, help_text="Only the service with this stable code.")


class ServiceOffer(Terms):
    """Where a service is offered, on the clinic's terms."""

    clinic_id = fields.UUIDField(source="row.clinic_id", help_text="The clinic that offers the service.")
    clinic_name = fields.CharField(source="row.clinic.name", max_length=120, help_text="The name of that clinic.")


class CredentialRequirement(StrictSerializer):
    """A proof that the practitioner must hold on the day of the visit (D4)."""

    kind = fields.ChoiceField(CredentialKind, help_text="What has to be proved.")
    province = fields.CharField(
        max_length=2, allow_blank=True, help_text="Asked in this province only, by its two letters; empty: everywhere."
    )


class ServiceGate(StrictSerializer):
    """What must be true before the service is given."""

    needs_clearance = fields.BooleanField(
        source="row.needs_clearance",
        help_text="True: only for patients whose assessment found them a candidate, whoever books.",
    )
    assessment_service_id = fields.UUIDField(
        source="row.assessment_service_id",
        allow_null=True,
        help_text="The service to book first, by patients without clearance; null: none, ask the clinic.",
    )
    needs_screening = fields.BooleanField(
        source="row.needs_screening",
        help_text="True: the patient first answers getScreeningQuestionnaire, and again when the answers run out.",
    )
    needs_consent = fields.BooleanField(
        source="row.needs_consent",
        help_text="True: the patient first agrees to getConsentText, or does so as the visit is booked.",
    )
    spacing_days = fields.IntegerField(
        source="row.spacing_days", min_value=0, help_text="Fewest days between two visits of this service; 0: no limit."
    )
    required_credentials = list_of(
        CredentialRequirement, max_length=100, help_text="What the practitioner must hold, all of it."
    )


class Service(VersionedSerializer):
    """Something a patient can book. Length and gate are the same at every clinic, prices may differ."""

    id = fields.UUIDField(source="row.id", help_text="The service; stays the same for good.")
    code = fields.CharField(
        source="row.code", max_length=60, help_text="A stable code, such as `ims-treatment`; never changes."
    )
    name = fields.TranslatedField(
        source="row.name", max_length=120, help_text="What the service is called, in the caller's language."
    )
    description = fields.TranslatedField(
        source="row.description", max_length=2000, help_text="What it is, for patients, in the caller's language."
    )
    discipline = fields.ChoiceField(
        Discipline, source="row.discipline", help_text="The field of practice; IMS is never filed under acupuncture."
    )
    duration_minutes = fields.IntegerField(
        source="row.duration_minutes", min_value=5, max_value=480, help_text="The length of a visit in minutes."
    )
    before_minutes = fields.IntegerField(
        source="row.before_minutes", min_value=0, max_value=120, help_text="Minutes kept free before it, to prepare."
    )
    after_minutes = fields.IntegerField(
        source="row.after_minutes", min_value=0, max_value=120, help_text="Minutes kept free after it, to tidy up."
    )
    room_kind = fields.ChoiceField(RoomKind, source="row.room_kind", help_text="The kind of room that it takes.")
    price_minor = fields.IntegerField(
        source="row.price_minor", min_value=0, help_text="The usual price in cents, before tax; a clinic may differ."
    )
    tax_basis_points = fields.IntegerField(
        source="row.tax_basis_points",
        min_value=0,
        max_value=5000,
        help_text="The usual tax in hundredths of a percent; 0 is exempt.",
    )
    currency = fields.CharField(max_length=3, help_text="The currency of all prices, ISO 4217.")
    gate = ServiceGate(source="*", help_text="What must be true before the service is given.")
    offers = list_of(ServiceOffer, max_length=1000, help_text="Where it can be had and at what price, by clinic name.")


class QuestionAndAnswer(StrictSerializer):
    """A question patients ask, answered. General information, approved by the clinic; no medical advice (D22)."""

    topic = fields.ChoiceField(
        QuestionTopic,
        source="row.topic",
        help_text="What it is about, whatever its words; each topic comes once at most, but for `other`.",
    )
    question = fields.CharField(max_length=300, help_text="The question, in patients' words.")
    answer = fields.CharField(max_length=4000, help_text="The answer, in plain words and without markup.")
    language = fields.ChoiceField(
        Language, help_text="The language of both; English where nobody has translated them yet."
    )
    version = fields.IntegerField(
        source="row.question_set.version", min_value=1, help_text="Grows by one with each change of the questions."
    )


class ServiceDetail(Service):
    """A service with everything a patient reads before booking it."""

    preparation = fields.TranslatedField(
        source="row.preparation",
        max_length=2000,
        allow_blank=True,
        help_text="What to do and to bring, in the caller's language; may be empty.",
    )
    step_minutes = fields.IntegerField(
        source="row.step_minutes",
        min_value=5,
        max_value=720,
        help_text="Starts lie on multiples of this many minutes after the clinic's midnight.",
    )
    questions = list_of(QuestionAndAnswer, max_length=100, help_text="What patients ask about it, in order.")
    questions_version = fields.IntegerField(
        min_value=0, help_text="The version of the questions; 0 while there are none."
    )
    questions_approved_by = fields.CharField(
        max_length=303,
        allow_blank=True,
        help_text="The physiotherapist who approved the answers, with title; empty while there are none.",
    )
    questions_caution = fields.CharField(
        source="caution",
        max_length=300,
        help_text="Show it with the answers, in the caller's language: they are no medical advice.",
    )
