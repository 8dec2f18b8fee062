"""What patients are told after a visit, and who answers for it (D18 to D20)."""

import uuid

from backend.care.actions.activate_advice import activate_advice
from backend.care.actions.approve_advice import approve_advice
from backend.care.actions.draft_advice import draft_advice
from backend.care.actions.note_health_read import note_health_read
from backend.care.api.advice_shapes import Advice, AdviceTemplate, AdviceTemplateQuery, AdviceTemplateRequest
from backend.care.errors import AdviceNotApproved, AdviceNotDraft, ColdOrHeatUndecided
from backend.care.queries.advice import advice_for
from backend.care.queries.templates import templates_for
from backend.common.errors import PermissionDenied
from backend.common.http.cursors import paginate
from backend.common.http.operations import Call, Operation, Reply
from backend.common.http.serializers import page_of
from backend.common.permissions import Permission


class GetAdvice(Operation):
    """Read what to do after a visit.

    In the caller's language: what the clinic tells after the service, for the region that is treated, as a
    physiotherapist of the clinic approved it. It adapts to what the patient reported in check-ins: who was
    light-headed is told of no hot bath. 404 also where the clinic has no advice for the service.
    """

    permission = Permission.APPOINTMENT_READ
    returns = Advice
    people_only = True

    def handle(self, call: Call, appointment_id: uuid.UUID) -> Reply:
        """Whoever may see the visit; the desk sees the lines for everybody."""
        advice = advice_for(call.actor, appointment_id)
        if advice.is_adapted:
            note_health_read(call.actor, visit=advice.visit, what="advice", with_answers=True)
        return Reply(advice)


class ListAdviceTemplates(Operation):
    """List what a clinic tells, or told, after visits.

    Every version, the newest first, in both languages. For those who manage the clinic and who give visits there.
    """

    permission = Permission.ADVICE_READ
    query = AdviceTemplateQuery
    returns = page_of(AdviceTemplate)

    def handle(self, call: Call, clinic_id: uuid.UUID) -> Reply:
        """Of the caller's own clinics."""
        return paginate(call, templates_for(call.actor, clinic_id), order=["-created_at", "-id"])


class CreateAdviceTemplate(Operation):
    """Write the next version of what a clinic tells after a service.

    A draft, in both languages. Patients see it once a physiotherapist has approved it (approveAdviceTemplate) and it
    has been put to use (activateAdviceTemplate). A version is never changed, only followed by the next.
    """

    permission = Permission.CLINIC_MANAGE
    accepts = AdviceTemplateRequest
    returns = AdviceTemplate
    status = 201

    def handle(self, call: Call, clinic_id: uuid.UUID) -> Reply:
        """Those who manage the clinic."""
        template = draft_advice(call.actor, clinic_id=clinic_id, **call.body)
        return Reply(template, location=f"/v1/clinics/{clinic_id}/advice-templates")


class ApproveAdviceTemplate(Operation):
    """Approve a version of advice.

    By a physiotherapist who gives the service at the clinic and holds every proof that it requires today. Patients
    are shown who approved it.
    """

    permission = Permission.ADVICE_APPROVE
    returns = AdviceTemplate
    raises = (PermissionDenied, AdviceNotDraft)

    def handle(self, call: Call, template_id: uuid.UUID) -> Reply:
        """A draft."""
        return Reply(approve_advice(call.actor, template_id=template_id))


class ActivateAdviceTemplate(Operation):
    """Show a version of advice to patients from now on.

    It follows the version that was shown before. Refused with `cold_or_heat_undecided` until the clinic has chosen
    between cold and heat in its policy (updateClinicPolicy), since sources disagree on it.
    """

    permission = Permission.CLINIC_MANAGE
    returns = AdviceTemplate
    raises = (PermissionDenied, AdviceNotApproved, ColdOrHeatUndecided)

    def handle(self, call: Call, template_id: uuid.UUID) -> Reply:
        """An approved one."""
        return Reply(activate_advice(call.actor, template_id=template_id))
