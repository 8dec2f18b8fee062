"""What patients ask about the demo's services (D22). The words are in `texts/`, in the same order in both languages."""

import tomllib
from collections.abc import Iterable

from backend.accounts.models import User
from backend.clinics.models import QuestionAnswer, QuestionSet, Service
from backend.config.demo.draft import Draft
from backend.config.demo.services import LANGUAGES, TEXTS
from backend.practitioners.models import Practitioner


def add_questions(draft: Draft, services: Iterable[Service], approver: Practitioner, author: User) -> None:
    """Draft the first version of each service's questions, approved by this physiotherapist."""
    english, french = (tomllib.loads((TEXTS / f"{language}.toml").read_text("utf-8")) for language in LANGUAGES)
    for service in services:
        version = draft.add(
            QuestionSet(
                service=service,
                version=1,
                approved_by_id=approver.pk,
                approver_name=str(approver),
                approver_title=approver.title,
                approver_title_fr=approver.title_fr,
                created_by=author,
            )
        )
        pairs = zip(english[service.code]["questions"], french[service.code]["questions"], strict=True)
        for position, (one, autre) in enumerate(pairs, start=1):
            words = {**one, "question_fr": autre["question"], "answer_fr": autre["answer"]}
            draft.add(QuestionAnswer(question_set=version, position=position, **words))
