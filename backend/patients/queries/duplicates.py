"""Who may be the same person as a patient: told to the desk, who may propose to merge them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, Q

from backend.common.access import Actor
from backend.patients.enums import Match
from backend.patients.models import Patient
from backend.patients.querysets import is_called

MOST = 50


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A patient whom the caller may see, and in what they are the same."""

    patient: Patient
    matches: Sequence[Match]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Those the caller may see, and how many others there are. At most MOST are looked at."""

    seen: Sequence[Duplicate]
    elsewhere: int


def possible_duplicates(actor: Actor, patient: Patient) -> Duplicates:
    """Others of the chain with the same e-mail, the same phone, or the same name and birth date; two statements."""
    same = {
        Match.EMAIL: Q(email=patient.email) if patient.email else None,
        Match.PHONE: Q(phone=patient.phone) if patient.phone else None,
        Match.NAME_AND_BIRTH_DATE: _same_name(patient) if patient.birth_date else None,
    }
    conditions = {match: condition for match, condition in same.items() if condition is not None}
    if not conditions:
        return Duplicates((), 0)
    any_of = Q()
    for condition in conditions.values():
        any_of |= condition
    flags = {f"is_same_{match}": ExpressionWrapper(one, BooleanField()) for match, one in conditions.items()}
    others = list(
        Patient.objects.findable().filter(any_of).exclude(pk=patient.pk).annotate(**flags).order_by("-id")[:MOST]
    )
    visible = set(
        Patient.objects.visible_to(actor).filter(pk__in=[one.pk for one in others]).values_list("pk", flat=True)
    )
    seen = [
        Duplicate(one, [match for match in conditions if getattr(one, f"is_same_{match}")])
        for one in others
        if one.pk in visible
    ]
    return Duplicates(seen, len(others) - len(seen))


def _same_name(patient: Patient) -> Q:
    return Q(birth_date=patient.birth_date) & Q(is_called(patient.given_name, patient.family_name))
