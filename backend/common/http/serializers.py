"""Shapes of bodies: strict on the way in, complete on the way out. They convert and check shape, nothing else."""

import functools
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from backend.common.errors import FieldCode
from backend.common.http import etags, fields

_NO_SUCH_FIELD = _("There is no such field.")


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know. One instance serves all requests, so it must keep no state."""

    variants: ClassVar[tuple[type["StrictSerializer"], ...]] = ()
    """Of a body that comes in several forms, exactly one of which it has: how each looks, for the description."""

    def to_internal_value(self, data: Any) -> Any:
        unknown: dict[str, Any] = {}
        if isinstance(data, Mapping):
            detail = ErrorDetail(str(_NO_SUCH_FIELD), code=FieldCode.UNKNOWN.value)
            unknown = {name: [detail] for name in data.keys() - self._known_names}
        try:
            value = super().to_internal_value(data)
        except ValidationError as error:
            if unknown and isinstance(error.detail, dict):
                raise ValidationError({**error.detail, **unknown}) from error
            raise
        if unknown:
            raise ValidationError(unknown)
        return value

    @functools.cached_property
    def _known_names(self) -> frozenset[str]:
        return frozenset(field.field_name or "" for field in self._writable_fields)


class VersionedSerializer(StrictSerializer):
    """The answer for a versioned row: its last key is the `etag` that If-Match wants (R18)."""

    etag = fields.EtagField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        body = super().to_representation(instance)
        version = int(body.pop("etag"))
        body["etag"] = etags.of_version(version, body)
        return dict(body)


class PageQuery(StrictSerializer):
    """Query parameters of every list."""

    limit = fields.IntegerField(
        min_value=1, max_value=100, default=50, help_text="How many items to answer at most, 1 to 100."
    )
    cursor = fields.CharField(
        required=False,
        max_length=1000,
        help_text="Where to go on: `next_cursor` of the page before, sent with the same filters.",
    )


def list_of(item: type[serializers.Serializer[Any]], *, max_length: int = 100, **options: Any) -> Any:
    """A field holding a bounded list of nested objects; in requests the bound is enforced."""
    return item(many=True, max_length=max_length, **options)  # type: ignore[call-arg]


@functools.cache
def page_of(item: type[serializers.Serializer[Any]]) -> type[StrictSerializer]:
    """The answer of a list of these items; its component is named `<item>Page`."""
    results = list_of(item, help_text="The items of this page, in the order of the list.")
    next_cursor = fields.CharField(
        allow_null=True, max_length=1000, help_text="Send it as `cursor` to get the next page; null on the last page."
    )
    members = {"__doc__": "One page of a list, in its order.", "results": results, "next_cursor": next_cursor}
    return type(item.__name__.removesuffix("Serializer") + "Page", (StrictSerializer,), members)


def lax_fields(shape: type[serializers.BaseSerializer[Any]], path: str = "") -> Iterator[str]:
    """The writable fields of a request that would take JSON of a wrong type; there must be none."""
    for name, field in getattr(shape, "_declared_fields", {}).items():
        inner = getattr(field, "child", field)
        if isinstance(inner, StrictSerializer):
            yield from lax_fields(type(inner), f"{path}{name}.")
        elif not (field.read_only or (isinstance(field, fields.Strict) and isinstance(inner, fields.Strict))):
            yield f"{path}{name}"
