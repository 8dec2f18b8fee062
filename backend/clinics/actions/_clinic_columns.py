"""The columns of clinics.csv."""

import re
from decimal import Decimal

from backend.clinics.enums import RoomKind
from backend.clinics.models import Clinic, Room, Service
from backend.clinics.postal_codes import postal_code
from backend.clinics.weeks import Span, read_spans, require_apart
from backend.common.imports.cells import CellError, Reader, of_field, one_among, parts_of
from backend.common.imports.sheet import Column
from backend.common.walltime import zone

OWN = (
    *("slug", "name", "street", "city", "province", "postal_code", "latitude", "longitude", "timezone", "phone"),
    *("email", "is_active"),
)
_DEGREES = re.compile(r"-?\d{1,3}(\.\d{1,15})?", re.ASCII)
_YES_OR_NO = one_among({"true": True, "false": False}, "true or false")


def clinic_columns() -> list[Column]:
    """As they are to be read today, with the services that there are."""
    services = {service.code: service for service in Service.objects.filter(is_active=True)}
    own: dict[str, Reader] = {
        "postal_code": _postal_code,
        "latitude": _degrees(90),
        "longitude": _degrees(180),
        "timezone": _timezone,
        "phone": of_field(Clinic, "phone", "a phone number that can be called"),
        "email": of_field(Clinic, "email", "an e-mail address"),
        "slug": of_field(Clinic, "slug", "small letters, digits and hyphens"),
    }
    return [
        Column("external_ref", of_field(Clinic, "external_ref"), is_required=True, is_unique=True),
        *(
            Column(name, own.get(name) or of_field(Clinic, name), is_required=True, is_unique=name == "slug")
            for name in OWN
            if name != "is_active"
        ),
        Column("is_active", _YES_OR_NO, empty=True),
        Column("opening_hours", _week, empty=()),
        Column("services", parts_of(one_among(services, "the code of a service")), empty=()),
        Column("rooms", _rooms, empty={}),
    ]


def _week(text: str) -> tuple[Span, ...]:
    spans = tuple(span for part in parts_of(read_spans)(text) for span in part)
    require_apart(spans)
    return spans


def _rooms(text: str) -> dict[str, RoomKind]:
    rooms = parts_of(_room)(text)
    if len({name for name, _ in rooms}) < len(rooms):
        raise CellError("names a room twice")
    return dict(rooms)


def _room(text: str) -> tuple[str, RoomKind]:
    name, colon, kind = (part.strip() for part in text.rpartition(":"))
    if not name or not colon:
        raise CellError("is not a room such as Room 1:treatment")
    if kind not in RoomKind.values:
        raise CellError(f"has none of the kinds {', '.join(RoomKind.values)}")
    return of_field(Room, "name")(name), RoomKind(kind)


def _postal_code(text: str) -> str:
    code = postal_code(text)
    if code is None:
        raise CellError("is not a Canadian postal code such as V3B 0J1")
    return code


def _timezone(text: str) -> str:
    try:
        zone(text)
    except ValueError:
        raise CellError("is not an IANA time zone such as America/Edmonton") from None
    return text


def _degrees(most: int) -> Reader:
    def read(text: str) -> Decimal:
        if not _DEGREES.fullmatch(text) or abs(Decimal(text)) > most:
            raise CellError(f"is not degrees from -{most} to {most}")
        return round(Decimal(text), 6)

    return read
