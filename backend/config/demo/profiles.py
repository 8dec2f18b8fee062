"""What patients read about each practitioner of the demo."""

from collections.abc import Mapping
from typing import Any

from backend.clinics.enums import Discipline
from backend.config.demo import cast

PHYSIO, IMS, MASSAGE = Discipline.PHYSIOTHERAPY, Discipline.IMS, Discipline.MASSAGE_THERAPY


def _named(person: cast.Person) -> dict[str, str]:
    return {"given_name": person.given_name, "family_name": person.family_name}


PROFILES: Mapping[str, Mapping[str, Any]] = {
    "ims": {
        **_named(cast.IMS),
        "title": "Registered Physiotherapist, IMS",
        "title_fr": "Physiothérapeute, SIM",
        "bio": "Elena treats lower back and neck pain, and has practised IMS for twelve years.",
        "bio_fr": "Elena traite les douleurs du bas du dos et du cou et pratique la SIM depuis douze ans.",
        "languages": ["en", "ru"],
        "disciplines": [PHYSIO, IMS],
    },
    "ims_expiring": {
        **_named(cast.IMS_EXPIRING),
        "title": "Registered Physiotherapist, IMS",
        "title_fr": "Physiothérapeute, SIM",
        "bio": "David works with runners and climbers, on weekends too.",
        "bio_fr": "David suit des coureurs et des grimpeurs, la fin de semaine aussi.",
        "languages": ["en", "ja"],
        "disciplines": [PHYSIO, IMS],
    },
    "physio": {
        **_named(cast.PHYSIO),
        "title": "Registered Physiotherapist",
        "title_fr": "Physiothérapeute",
        "bio": "Amara helps people back to work and sport after injuries and operations.",
        "bio_fr": "Amara aide à reprendre le travail et le sport après une blessure ou une opération.",
        "languages": ["en", "pa"],
        "disciplines": [PHYSIO],
    },
    "toronto": {
        **_named(cast.TORONTO),
        "title": "Registered Physiotherapist, IMS",
        "title_fr": "Physiothérapeute, SIM",
        "bio": "Julien treats chronic back and hip pain, in French and English.",
        "bio_fr": "Julien traite les douleurs chroniques du dos et de la hanche, en français et en anglais.",
        "languages": ["en", "fr"],
        "disciplines": [PHYSIO, IMS],
    },
    "masseuse_coquitlam": {
        "given_name": "Beatriz",
        "family_name": "Costa",
        "title": "Registered Massage Therapist",
        "title_fr": "Massothérapeute agréée",
        "bio": "Beatriz works on tense necks and shoulders.",
        "bio_fr": "Beatriz soulage les cous et les épaules tendus.",
        "languages": ["en", "pt"],
        "disciplines": [MASSAGE],
    },
    "masseur_toronto": {
        "given_name": "Kwame",
        "family_name": "Mensah",
        "title": "Registered Massage Therapist",
        "title_fr": "Massothérapeute agréé",
        "bio": "Kwame treats athletes and people who sit all day.",
        "bio_fr": "Kwame traite des athlètes et des personnes assises toute la journée.",
        "languages": ["en", "fr"],
        "disciplines": [MASSAGE],
    },
}
