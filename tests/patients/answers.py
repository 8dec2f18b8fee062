"""What tests answer to the health questions."""

from collections.abc import Collection
from typing import Any

from backend.patients.enums import QuestionCode
from backend.patients.models import Patient
from tests.api_client import ApiClient


def answers(*yes: str, version: int = 1) -> dict[str, Any]:
    """A body with yes to these questions, no to the others."""
    said = [{"code": code, "answer": code in yes} for code in QuestionCode.values]
    return {"questionnaire_version": version, "answers": said}


def screenings_of(patient: Patient) -> str:
    """Where a patient's answers are."""
    return f"/v1/patients/{patient.pk}/screenings"


def answer(client: ApiClient, patient: Patient, *yes: str) -> dict[str, Any]:
    """The screening that comes of answering so."""
    made = client.post(screenings_of(patient), answers(*yes))
    assert made.status_code == 201, made.content
    body: dict[str, Any] = made.json()
    return body


def questions(**severities: str) -> list[dict[str, str]]:
    """All six, `note` unless told."""
    return [{"code": code, "severity": severities.get(code, "note")} for code in QuestionCode.values]


def yes_among(body: dict[str, Any]) -> Collection[str]:
    """What was answered with yes, as far as one may see it."""
    return [one["code"] for one in body["answers"] if one["answer"]]
