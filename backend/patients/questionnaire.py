"""What is asked before needling: the standard questionnaire (D10), which stands until the organisation publishes its
own."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from backend.patients.enums import QuestionCode, Severity

_DATA = Path(__file__).with_name("questionnaire.toml")
_VALIDITY_DAYS = 30


@dataclass(frozen=True, slots=True)
class Question:
    """One question, and what a yes to it means."""

    code: QuestionCode
    severity: Severity
    text: str
    text_fr: str

    @classmethod
    def of(cls, row: Mapping[str, str]) -> "Question":
        """A question as rows and the data file keep it."""
        return cls(QuestionCode(row["code"]), Severity(row["severity"]), row["text"], row["text_fr"])


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A version of the questions, and for how many days after the day of an answer that answer counts."""

    version: int
    validity_days: int
    questions: tuple[Question, ...]

    @classmethod
    def of(cls, version: int, validity_days: int, rows: Iterable[Mapping[str, str]]) -> "Questionnaire":
        """A version as rows keep it."""
        return cls(version, validity_days, tuple(Question.of(row) for row in rows))


STANDARD = Questionnaire.of(1, _VALIDITY_DAYS, tomllib.loads(_DATA.read_text("utf-8"))["questions"])
