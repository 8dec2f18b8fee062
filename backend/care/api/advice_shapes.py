"""Advice in questions and answers."""

from backend.care.enums import AdviceRegion, AdviceStatus, AdviceTopic
from backend.common.http import fields
from backend.common.http.serializers import PageQuery, StrictSerializer, list_of

_LINES = 20


class AdviceLine(StrictSerializer):
    """One thing to do or to know."""

    topic = fields.ChoiceField(AdviceTopic, help_text="What the line is about, for a picture beside it.")
    text = fields.TranslatedField(max_length=500, help_text="The line, plain and without markup; show all of it.")


class Advice(StrictSerializer):
    """What to do after a visit."""

    appointment_id = fields.UUIDField(source="visit.pk", help_text="The visit that it is for.")
    template_id = fields.UUIDField(source="template.pk", help_text="The version of the advice that is shown.")
    version = fields.IntegerField(
        source="template.version", min_value=1, max_value=32_767, help_text="Counts the versions of this advice."
    )
    region = fields.ChoiceField(
        AdviceRegion, source="template.region", help_text="The part of the body that it is for; `any`: for all."
    )
    approved_by_name = fields.CharField(
        source="template.approved_by", max_length=201, help_text="The physiotherapist who approved it."
    )
    approved_at = fields.DateTimeField(source="template.approved_at", help_text="When it was approved.")
    is_adapted = fields.BooleanField(
        help_text="True for the patient, who looks after them, and who gave the visit: the lines suit what the patient "
        "reported. False for others at the clinic, who may not know it: the lines are those for everybody."
    )
    lines = list_of(AdviceLine, max_length=_LINES, help_text="What to do, in the order in which to show it.")
    caution = fields.CharField(max_length=500, help_text="That it is no medical advice; show it under the lines.")
    clinic_phone = fields.CharField(
        source="visit.clinic.phone", max_length=20, help_text="The phone of the clinic, E.164."
    )


class NewAdviceLine(StrictSerializer):
    """One thing to do or to know, in both languages."""

    topic = fields.ChoiceField(
        AdviceTopic,
        help_text="What the line is about: `cold` and `heat` are shown as the clinic has chosen, `hot_bath` to nobody "
        "who is light-headed, all others always.",
    )
    text = fields.CharField(max_length=500, help_text="The line in English, plain and without markup.")
    text_fr = fields.CharField(max_length=500, help_text="The line in French, plain and without markup.")


class AdviceTemplateRequest(StrictSerializer):
    """The next version of what a clinic tells after a service."""

    service_id = fields.UUIDField(help_text="The service after which it is told.")
    region = fields.ChoiceField(
        AdviceRegion,
        required=False,
        default=AdviceRegion.ANY,
        help_text="The part of the body that it is for; absent: `any`, shown where there is none for the region.",
    )
    lines = list_of(NewAdviceLine, max_length=_LINES, min_length=1, help_text="What to do, in its order.")


class AdviceTemplate(StrictSerializer):
    """A version of what a clinic tells after a service, as its staff see it."""

    id = fields.UUIDField(help_text="This version; its lines never change.")
    clinic_id = fields.UUIDField(help_text="The clinic that tells it.")
    service_id = fields.UUIDField(help_text="The service after which it is told.")
    region = fields.ChoiceField(AdviceRegion, help_text="The part of the body that it is for; `any`: for all.")
    version = fields.IntegerField(min_value=1, max_value=32_767, help_text="Counts by clinic, service and region.")
    status = fields.ChoiceField(
        AdviceStatus,
        help_text="`draft`; `approved` by a physiotherapist; `active`: shown to patients; `retired`: another follows.",
    )
    lines = list_of(NewAdviceLine, max_length=_LINES, help_text="What it tells, in its order.")
    approved_by_name = fields.CharField(
        source="approved_by", allow_null=True, max_length=201, help_text="Who approved it; null while nobody has."
    )
    approved_at = fields.DateTimeField(allow_null=True, help_text="When it was approved; null while it is a draft.")
    activated_at = fields.DateTimeField(allow_null=True, help_text="When patients were first shown it; null: not yet.")


class AdviceTemplateQuery(PageQuery):
    """Which versions: all of the clinic, the newest first."""
