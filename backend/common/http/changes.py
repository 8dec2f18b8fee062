"""Bodies that follow from others: a request that changes, an answer that says what the change broke."""

import functools
from copy import deepcopy
from typing import Any

from backend.common.http.affected import AffectedAppointment, affected_appointments
from backend.common.http.serializers import StrictSerializer, VersionedSerializer


def _optional(field: Any) -> Any:
    """The field, not required and without a default; each serializer makes its own copy from `_kwargs`."""
    copied = deepcopy(field)
    copied._kwargs = {name: value for name, value in field._kwargs.items() if name != "default"} | {"required": False}
    return deepcopy(copied)


def changes_of(request: type[StrictSerializer], *, without: tuple[str, ...] = ()) -> type[StrictSerializer]:
    """The body of a PATCH: the fields of a request, each of which may be absent; `without` those that never change."""
    members: dict[str, Any] = {"__doc__": "What to change; what is absent stays, null clears."}
    for name, field in request._declared_fields.items():
        if name not in without:
            members[name] = _optional(field)
    return type(request.__name__.replace("Request", "ChangesRequest"), (StrictSerializer,), members)


@functools.cache
def changed(shape: type[VersionedSerializer]) -> type[VersionedSerializer]:
    """The answer to a change: `row` as it is afterwards, with its etag, and `affected`, the visits that it broke.

    Made from what has these two attributes, such as `clinics.consequences.Outcome`.
    """
    row, affected = shape(), AffectedAppointment(many=True)

    def to_representation(_: Any, instance: Any) -> dict[str, Any]:
        body = row.to_representation(instance.row)
        broken = affected.to_representation(instance.affected)
        return {**body, "affected_appointments": broken, "etag": body["etag"]}

    members = {
        "__doc__": "It as it is after the change, and the booked visits that the change no longer covers.",
        "affected_appointments": affected_appointments(),
        "to_representation": to_representation,
    }
    return type(f"Changed{shape.__name__}", (shape,), members)


class Removed(StrictSerializer):
    """It is gone; booked visits that this no longer covers."""

    affected_appointments = affected_appointments()
