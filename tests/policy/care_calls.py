"""Valid calls of what patients answer and agree to, aimed by an actor at a patient."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from backend.accounts.enums import InvitationPurpose
from backend.accounts.links import make_token
from backend.patients.enums import QuestionCode
from backend.patients.models import Consent, ConsentText, GuardianInvitation, Guardianship, Screening
from tests.policy.world import ABSENT, World

Parts = dict[str, Any]
Aim = Callable[[World, str, str], Parts]
DISTANCES = ("own", "same_clinic", "other_clinic", "absent")
ASKING = ("asking", "withdrawn", "absent")

NO_TO_ALL = [{"code": code, "answer": False} for code in QuestionCode.values]
ANSWERS = {"questionnaire_version": 1, "answers": NO_TO_ALL}
QUESTIONS = {"validity_days": 20, "questions": [{"code": code, "severity": "note"} for code in QuestionCode.values]}
INVITATION = {
    "email": "aunt@example.test",
    "relationship": "other",
    "scopes": ["book"],
    "proof": "A letter of the parents.",
}
TEXT = {"title": "New", "title_fr": "Neuf", "body": "New.", "body_fr": "Neuf."}


def about(**parts: Any) -> Aim:
    """About the patient at that distance."""

    def aim(world: World, actor: str, target: str) -> Parts:
        return {"path": {"patient_id": world.person(actor, target)}, **parts}

    return aim


def at_row(model: type[Any], name: str, **parts: Any) -> Aim:
    """At what the patient at that distance has entered."""

    def aim(world: World, actor: str, target: str) -> Parts:
        row = model.objects.filter(patient_id=world.person(actor, target)).first()
        return {"path": {name: row.pk if row else ABSENT}, **parts}

    return aim


def consent(world: World, actor: str, target: str) -> Parts:
    """To what IMS asks now."""
    return about(body={"consent_text_id": str(ConsentText.objects.get().pk)})(world, actor, target)


def guardianship(**parts: Any) -> Aim:
    """At the guardianship of the child at that distance: own is that of who calls."""

    def aim(world: World, actor: str, target: str) -> Parts:
        home = {True: world.cast.child, False: world.cast.other_child}
        is_at_coquitlam = (world.home(actor) == world.cast.coquitlam) == (target != "other_clinic")
        row = Guardianship.objects.get(patient=home[is_at_coquitlam])
        return {"path": {"guardianship_id": ABSENT if target == "absent" else row.pk}, **parts}

    return aim


def accept_invitation(world: World, actor: str, target: str) -> Parts:
    """The one that was mailed to the actor."""
    row = GuardianInvitation.objects.get(email=world.email(actor))
    return {"body": {"token": make_token(row.pk, InvitationPurpose.GUARDIAN)}}


def claim(world: World, actor: str, target: str) -> Parts:
    """What a desk knows of somebody with the address of who calls; nobody has been born in 1901."""
    return {"body": {"birth_date": "1900-01-01" if target == "unclaimed" else "1901-01-01"}}


def of_service(**parts: Any) -> Aim:
    """Of a service that asks for a consent, of one that does not, of none."""

    def aim(world: World, actor: str, target: str) -> Parts:
        known: dict[str, uuid.UUID] = {"asking": world.cast.ims_treatment.pk, "withdrawn": world.cast.massage.pk}
        return {"path": {"service_id": known.get(target, ABSENT)}, **parts}

    return aim


def questions(world: World, actor: str, target: str) -> Parts:
    """About that service, approved by a physiotherapist."""
    one = {"topic": "other", "question": "Why?", "question_fr": "Pourquoi ?", "answer": "So.", "answer_fr": "Ainsi."}
    body = {"approved_by_id": str(world.cast.ims.pk), "questions": [one]}
    return of_service(body=body)(world, actor, target)


def at_large(**parts: Any) -> Aim:
    """At the chain."""

    def aim(world: World, actor: str, target: str) -> Parts:
        return dict(parts)

    return aim


CARE: Mapping[str, tuple[Aim, tuple[str, ...]]] = {
    "getScreeningQuestionnaire": (at_large(), ("any",)),
    "listScreeningQuestionnaires": (at_large(), ("any",)),
    "createScreeningQuestionnaire": (at_large(body=QUESTIONS), ("any",)),
    "createScreening": (about(body=ANSWERS), DISTANCES),
    "listScreenings": (about(), DISTANCES),
    "getScreening": (at_row(Screening, "screening_id"), DISTANCES),
    "clearScreening": (at_row(Screening, "screening_id", body={"reason": "Well."}), DISTANCES),
    "getEligibility": (about(query={"service": "ims-treatment"}), DISTANCES),
    "claimPatient": (claim, ("unclaimed", "absent")),
    "listGuardians": (about(), DISTANCES),
    "createGuardianInvitation": (about(body=INVITATION), DISTANCES),
    "acceptGuardianInvitation": (accept_invitation, ("any",)),
    "getGuardianship": (guardianship(), DISTANCES),
    "updateGuardianship": (guardianship(body={"scopes": ["read"]}, if_match="*"), DISTANCES),
    "endGuardianship": (guardianship(body={"reason": "They asked."}), DISTANCES),
    "getConsentText": (of_service(), ASKING),
    "createConsentText": (of_service(body=TEXT), ASKING),
    "createServiceQuestions": (questions, ASKING),
    "createConsent": (consent, DISTANCES),
    "listConsents": (about(), DISTANCES),
    "getConsent": (at_row(Consent, "consent_id"), DISTANCES),
    "revokeConsent": (at_row(Consent, "consent_id"), DISTANCES),
}
