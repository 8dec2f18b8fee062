"""Services as the public sees them: active ones, with where they are offered and at what price."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Prefetch, QuerySet

from backend.clinics.models import ClinicService, Organisation, RequiredCredential, Service, ServiceQuestion
from backend.clinics.queries.offers import Offer
from backend.common.errors import NotFound

FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class SeenService:
    """A service with its offers; questions are for the detail, lists leave them empty."""

    row: Service
    currency: str
    offers: Sequence[Offer]
    questions: Sequence[ServiceQuestion] = ()

    @property
    def version(self) -> int:
        """The version of the service's own row."""
        return self.row.version

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


def _questions(service: Service, language: str) -> list[ServiceQuestion]:
    """In order; a question that nobody has translated yet is answered in English (D22, D26)."""
    found = service.questions.filter(language__in={language, FALLBACK_LANGUAGE})
    by_position = {one.position: one for one in sorted(found, key=lambda one: one.language == language)}
    return [by_position[position] for position in sorted(by_position)]
