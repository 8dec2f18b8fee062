"""What a patient still needs before a service can be booked."""

import uuid

from django.utils.translation import gettext_lazy as _

from backend.appointments.api.slot_shapes import GateShape
from backend.appointments.enums import AssessmentState, RuleCode, WaitsFor
from backend.appointments.queries.eligibility import Eligibility, Step, eligibility_of
from backend.appointments.rules.texts import remedy_of, text_of
from backend.audit.reading import note_reading
from backend.common.errors import PermissionDenied
from backend.common.http import fields
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import StrictSerializer, list_of
from backend.common.permissions import Permission

_BOOKED = _("The assessment is booked. This treatment can be booked once it has found it suitable.")
_AWAITED = _("The assessment took place. The clinic has yet to say whether this treatment suits.")
_DECIDED = _("After the assessment, the physiotherapist decided on something else than this treatment.")
_ASK = _("Call the clinic: it tells you what it recommends.")
_WAIT = _("Wait for the clinic, or call it.")
_COME = _("Come to the assessment.")


class EligibilityQuery(StrictSerializer):
    """For which service, and where."""

    service = fields.CharField(max_length=60, help_text="The service: its id, or its stable code.")
    clinic = fields.ListField(
        child=fields.UUIDField(),
        required=False,
        default=list,
        help_text="Only these clinics; repeat it for several. Without it: any that offer the service.",
    )


class EligibilityStep(StrictSerializer):
    """One thing that is missing."""

    code = fields.ChoiceField(RuleCode, help_text="The rule that would refuse to book, by its stable name.")
    waits_for = fields.ChoiceField(WaitsFor, help_text="Who has to act: the `patient`, or the `clinic`.")
    detail = fields.CharField(max_length=200, help_text="What is missing, for people, in the caller's language.")
    remedy = fields.CharField(max_length=200, help_text="What to do about it, for people, in the caller's language.")
    operation_id = fields.CharField(
        max_length=60, allow_null=True, help_text="The call that sees to it; null where no call does."
    )
    path = fields.CharField(max_length=300, allow_null=True, help_text="Where that call goes, ids filled in, or null.")


class PatientEligibility(StrictSerializer):
    """What a patient still needs before a service can be booked, in the order in which to see to it."""

    patient_id = fields.UUIDField(help_text="The patient whom it is about.")
    service_id = fields.UUIDField(help_text="The service that is to be booked.")
    gate = GateShape(help_text="The same as listSlots answers for this patient, service and clinics: the first step.")
    missing = list_of(EligibilityStep, max_length=10, help_text="What is missing, first things first; empty: nothing.")
    assessment = fields.ChoiceField(
        AssessmentState,
        help_text="Where the assessment stands; `not_needed` also once it found it suitable, `not_cleared` where it "
        "did not, and the clinic tells why.",
    )
    assessment_appointment_id = fields.UUIDField(
        allow_null=True, help_text="The visit of the assessment, booked or past; null if there is none."
    )
    earliest_date = fields.DateField(
        allow_null=True,
        help_text="The first date that other visits of the service leave free; null if none in a year.",
    )
    next_operation_id = fields.CharField(
        max_length=60, allow_null=True, help_text="The call to make next; listSlots if nothing is missing; null: wait."
    )
    next_path = fields.CharField(
        max_length=300, allow_null=True, help_text="Where the next call goes, ids filled in; null where there is none."
    )


class GetEligibility(Operation):
    """Read what a patient still needs before a service can be booked.

    In words for the patient, and in codes and calls for the app: answer questions, book or await the assessment, agree
    to a text. `gate` of listSlots is the first of it, always.
    """

    permission = Permission.PATIENT_READ
    query = EligibilityQuery
    returns = PatientEligibility
    raises = (PermissionDenied,)

    def handle(self, call: Call, patient_id: uuid.UUID) -> Reply:
        """Staff of a clinic that knows them, the patient, and who looks after them."""
        asked = call.query
        found = eligibility_of(call.actor, patient_id=patient_id, service=asked["service"], clinic_ids=asked["clinic"])
        note_reading(call.actor, "eligibility.read", patient_ids=[patient_id])
        return Reply(_told(found))


def _told(found: Eligibility) -> dict[str, object]:
    first = found.next_step
    slots = ("listSlots", f"/v1/slots?service={found.service_id}&patient={found.patient_id}")
    operation_id, path = (first.operation_id, first.path) if first else slots
    names = ("patient_id", "service_id", "assessment", "assessment_appointment_id", "earliest_date")
    return {
        **{name: getattr(found, name) for name in names},
        "gate": found.gate,
        "missing": [_step(step, found.assessment) for step in found.missing],
        "next_operation_id": operation_id,
        "next_path": path,
    }


def _step(step: Step, assessment: AssessmentState) -> dict[str, object]:
    words: tuple[object, object] = (text_of(step.code), remedy_of(step.code))
    if step.code == RuleCode.ASSESSMENT_NEEDED:
        known = {
            AssessmentState.BOOKED: (_BOOKED, _COME),
            AssessmentState.AWAITING_DECISION: (_AWAITED, _WAIT),
            AssessmentState.NOT_CLEARED: (_DECIDED, _ASK),
        }
        words = known.get(assessment, words)
    detail, remedy = map(str, words)
    told = {"code": step.code, "waits_for": step.waits_for, "operation_id": step.operation_id, "path": step.path}
    return {**told, "detail": detail, "remedy": remedy}
