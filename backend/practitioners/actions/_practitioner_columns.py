"""The columns of practitioners.csv."""

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from backend.accounts.models import normal_email
from backend.clinics.enums import CredentialKind, Discipline, Province
from backend.clinics.models import Clinic, Service
from backend.clinics.weeks import Span, read_spans, require_apart
from backend.common.imports.cells import CellError, Reader, a_date, of_field, one_among, parts_of
from backend.common.imports.report import shown
from backend.common.imports.sheet import Column
from backend.practitioners.models import Credential, Practitioner
from backend.practitioners.models.profile import ALL_CANADA

PROFILE = ("given_name", "family_name", "title", "title_fr", "bio", "bio_fr", "languages", "disciplines", "is_active")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,4})?", re.ASCII)
_PROOF = "is not a proof such as registration|BC|CPTBC|12345|2020-01-01|2027-12-31"


class Proof(NamedTuple):
    """A credential as the file has it, good from the day it was issued."""

    kind: CredentialKind
    jurisdiction: str
    number: str
    issued_on: date
    issuer: str
    valid_until: date | None


class Shift(NamedTuple):
    """A span at a clinic."""

    span: Span
    clinic: Clinic

    def __str__(self) -> str:
        return f"{self.clinic.slug} {self.span}"


def practitioner_columns() -> list[Column]:
    """As they are to be read today, with the clinics and services that there are."""
    clinics = {clinic.slug: clinic for clinic in Clinic.objects.filter(is_active=True)}
    services = {service.code: service for service in Service.objects.filter(is_active=True)}
    email = of_field(Practitioner.user.field.related_model, "email", "an e-mail address")
    return [
        Column("external_ref", of_field(Practitioner, "external_ref"), is_required=True, is_unique=True),
        *(Column(name, of_field(Practitioner, name), is_required=True) for name in ("given_name", "family_name")),
        Column("title", of_field(Practitioner, "title"), is_required=True),
        Column("title_fr", of_field(Practitioner, "title_fr"), empty=""),
        *(Column(name, of_field(Practitioner, name), is_long=True, empty="") for name in ("bio", "bio_fr")),
        Column("languages", _unique(_language), empty=[]),
        Column("disciplines", _unique(one_among(_values(Discipline), f"one of {', '.join(Discipline)}")), empty=[]),
        Column("is_active", one_among({"true": True, "false": False}, "true or false"), empty=True),
        Column("email", lambda text: normal_email(email(text)), is_unique=True),
        Column("clinics", parts_of(one_among(clinics, "the slug of an open clinic")), is_required=True),
        Column("services", parts_of(one_among(services, "the code of a service")), empty=()),
        Column("hours", _hours(clinics), empty=()),
        Column("credentials", _proofs, empty=()),
    ]


def _values(enum: type[Discipline]) -> Mapping[str, str]:
    return {member.value: member.value for member in enum}


def _unique(reader: Reader) -> Reader:
    parts = parts_of(reader)
    return lambda text: list(dict.fromkeys(parts(text)))


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise CellError("is not a language such as en or zh-hant")
    return text


def _hours(clinics: Mapping[str, Clinic]) -> Reader:
    def read_part(text: str) -> tuple[Shift, ...]:
        slug, _, hours = text.partition(" ")
        if slug not in clinics:
            raise CellError(f"has no open clinic {shown(slug)} before its hours")
        return tuple(Shift(span, clinics[slug]) for span in read_spans(hours.strip()))

    def read(text: str) -> tuple[Shift, ...]:
        shifts = tuple(shift for part in parts_of(read_part)(text) for shift in part)
        require_apart(shift.span for shift in shifts)
        return shifts

    return read


def _proofs(text: str) -> tuple[Proof, ...]:
    proofs: tuple[Proof, ...] = parts_of(_proof)(text)
    if len({proof[:4] for proof in proofs}) < len(proofs):
        raise CellError("names a proof twice")
    return proofs


def _proof(text: str) -> Proof:
    parts = [part.strip() for part in text.split("|")]
    if len(parts) not in (5, 6) or not all(parts[:5]):
        raise CellError(_PROOF)
    kind, jurisdiction, issuer, number, issued_on, *until = parts
    if kind not in CredentialKind.values:
        raise CellError(f"has none of the kinds {', '.join(CredentialKind.values)}")
    if jurisdiction not in (ALL_CANADA, *Province.values):
        raise CellError(f"has no province, nor {ALL_CANADA}, second")
    begins, ends = a_date(issued_on), a_date(until[0]) if until and until[0] else None
    if ends and ends < begins:
        raise CellError("ends before it begins")
    of_field(Credential, "issuer")(issuer)
    of_field(Credential, "number")(number)
    return Proof(CredentialKind(kind), jurisdiction, number, begins, issuer, ends)
