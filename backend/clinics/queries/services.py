"""Services as the public sees them: active ones, with where they are offered and at what price."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from backend.clinics.models import ClinicService, Organisation, QuestionAnswer, RequiredCredential, Service
from backend.clinics.queries.offers import Offer
from backend.common.errors import NotFound
from backend.common.localised import localised

FRENCH = "fr"
_CAUTION = _(
    "General information, not medical advice. A physiotherapist of the clinic approves it; what suits you is decided "
    "with you, at your visit."
)


@dataclass(frozen=True, slots=True)
class SeenQuestion:
    """A question in the language it is shown in: English where the French is missing (D26)."""

    row: QuestionAnswer
    question: str
    answer: str
    language: str


@dataclass(frozen=True, slots=True)
class SeenService:
    """A service with its offers; questions are for the detail, lists leave them empty."""

    row: Service
    currency: str
    offers: Sequence[Offer]
    questions: Sequence[SeenQuestion] = ()
    caution = _CAUTION

    @property
    def version(self) -> int:
        """The version of the service's own row."""
        return self.row.version

    @property
    def questions_version(self) -> int:
        """The version of the questions; 0 without any."""
        return self.questions[0].row.question_set.version if self.questions else 0

    @property
    def questions_approved_by(self) -> str:
        """Who approved them, with title; empty without any, and for what is older than approvals."""
        if not self.questions:
            return ""
        approved = self.questions[0].row.question_set
        return ", ".join(filter(None, (approved.approver_name, localised(approved, "approver_title"))))

    @property
    def required_credentials(self) -> list[RequiredCredential]:
        """What the practitioner must hold, by kind."""
        return sorted(self.row.required_credentials.all(), key=lambda one: (one.kind, one.province))


def find_services(*, clinic_ids: Sequence[uuid.UUID] = (), code: str | None = None) -> QuerySet[Service]:
    """Active services; with clinics only what one of them offers, and only their offers."""
    offers = ClinicService.objects.filter(is_active=True, clinic__is_active=True)
    services = Service.objects.filter(is_active=True)
    if clinic_ids:
        offers = offers.filter(clinic__in=clinic_ids)
        services = services.filter(pk__in=offers.values("service_id"))
    if code is not None:
        services = services.filter(code=code)
    offers = offers.select_related("clinic__organisation", "service").order_by("clinic__name", "clinic_id")
    return services.prefetch_related("required_credentials", Prefetch("clinic_services", offers))


def describe(services: Sequence[Service]) -> list[SeenService]:
    """Services found by `find_services`, as they are shown, in one statement more."""
    chain = Organisation.objects.first()
    currency = chain.currency if chain else ""
    return [SeenService(row, currency, [Offer(offer) for offer in row.clinic_services.all()]) for row in services]


def get_service(service_id: uuid.UUID, *, language: str) -> SeenService:
    """An active service with its questions in `language`, in five statements. Raises NotFound."""
    service = find_services().filter(pk=service_id).first()
    if service is None:
        raise NotFound
    (seen,) = describe([service])
    return replace(seen, questions=_questions(service, language))


def _questions(service: Service, language: str) -> list[SeenQuestion]:
    """Those of the current set, in order (D22)."""
    found = QuestionAnswer.objects.filter(question_set__service=service, question_set__superseded_at=None)
    return [_seen(one, language) for one in found.select_related("question_set").order_by("position")]


def _seen(row: QuestionAnswer, language: str) -> SeenQuestion:
    if language == FRENCH and row.question_fr and row.answer_fr:
        return SeenQuestion(row, row.question_fr, row.answer_fr, FRENCH)
    return SeenQuestion(row, row.question, row.answer, "en")
