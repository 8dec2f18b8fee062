"""Texts that rows keep in two languages: `name` in English, `name_fr` in French (D26)."""

from django.utils.translation import get_language


def localised(row: object, field: str) -> str:
    """The text of a row in the language of the request; English where there is no French."""
    english: str = getattr(row, field)
    if (get_language() or "en").startswith("fr"):
        return getattr(row, f"{field}_fr") or english
    return english
