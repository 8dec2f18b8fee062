"""What the chain offers, and where (D4, D5, D6, R9). The words are in `texts/`, one file a language (D22, D26)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.clinics.enums import CredentialKind, Discipline, RoomKind
from backend.clinics.models import Clinic, ClinicService, RequiredCredential, Service
from backend.config.demo.draft import Draft
from backend.config.demo.places import Places

TEXTS = Path(__file__).parent / "texts"
LANGUAGES = ("en", "fr")
IMS_PROOFS = (
    CredentialKind.REGISTRATION,
    CredentialKind.IMS_CERTIFICATE,
    CredentialKind.NEEDLING_AUTHORISATION,
)

WORDS = ("name", "description", "preparation")
SERVICES: Mapping[str, Mapping[str, Any]] = {
    "physio-initial": {
        "discipline": Discipline.PHYSIOTHERAPY,
        "duration_minutes": 45,
        "room_kind": RoomKind.CONSULTATION,
        "price_minor": 13_000,
    },
    "physio-follow-up": {
        "discipline": Discipline.PHYSIOTHERAPY,
        "duration_minutes": 30,
        "room_kind": RoomKind.TREATMENT,
        "price_minor": 9_500,
    },
    "ims-assessment": {
        "discipline": Discipline.IMS,
        "duration_minutes": 45,
        "room_kind": RoomKind.CONSULTATION,
        "price_minor": 14_000,
    },
    "ims-treatment": {
        "discipline": Discipline.IMS,
        "duration_minutes": 30,
        "before_minutes": 5,
        "after_minutes": 10,
        "room_kind": RoomKind.TREATMENT,
        "price_minor": 11_000,
        "needs_clearance": True,
        "needs_screening": True,
        "needs_consent": True,
        "spacing_days": 7,
    },
    "massage": {
        "discipline": Discipline.MASSAGE_THERAPY,
        "duration_minutes": 60,
        "room_kind": RoomKind.MASSAGE,
        "price_minor": 12_500,
    },
}


@dataclass(frozen=True, slots=True)
class Services:
    """The five services of the chain."""

    physio_initial: Service
    physio_follow_up: Service
    ims_assessment: Service
    ims_treatment: Service
    massage: Service

    @property
    def all(self) -> tuple[Service, ...]:
        """Everything the chain offers."""
        return *self.physio, *self.ims, self.massage

    @property
    def physio(self) -> tuple[Service, ...]:
        """What every physiotherapist gives."""
        return self.physio_initial, self.physio_follow_up

    @property
    def ims(self) -> tuple[Service, ...]:
        """What only a certified physiotherapist gives (D4)."""
        return self.ims_assessment, self.ims_treatment


def add_services(draft: Draft, places: Places) -> Services:
    """Draft the services with their texts, required proofs and offers."""
    texts = {language: tomllib.loads((TEXTS / f"{language}.toml").read_text("utf-8")) for language in LANGUAGES}
    made = {}
    for code, facts in SERVICES.items():
        english, french = (texts[language][code] for language in LANGUAGES)
        words = {word: english[word] for word in WORDS} | {f"{word}_fr": french[word] for word in WORDS}
        made[code] = draft.add(Service(code=code, **words, **facts))
    made["ims-treatment"].assessment_service = made["ims-assessment"]
    services = Services(**{code.replace("-", "_"): service for code, service in made.items()})
    _add_proofs(draft, services)
    _add_offers(draft, services, places)
    return services


def _add_proofs(draft: Draft, services: Services) -> None:
    for service in (*services.physio, services.massage):
        draft.add(RequiredCredential(service=service, kind=CredentialKind.REGISTRATION))
    for service in services.ims:
        for kind in IMS_PROOFS:
            draft.add(RequiredCredential(service=service, kind=kind))


def _add_offers(draft: Draft, services: Services, places: Places) -> None:
    """Langley gives no massage; Toronto asks a little more for needling."""

    def offer(clinic: Clinic, service: Service, price_minor: int | None = None) -> None:
        draft.add(ClinicService(clinic=clinic, service=service, price_minor=price_minor))

    for clinic in (places.coquitlam, places.langley):
        for service in (*services.physio, *services.ims):
            offer(clinic, service)
    offer(places.coquitlam, services.massage)
    for service in (*services.physio, services.massage):
        offer(places.toronto, service)
    offer(places.toronto, services.ims_assessment, 15_000)
    offer(places.toronto, services.ims_treatment, 12_000)
