"""How fields look in the description: closed sets by name, and the limits that the fields enforce."""

import inspect
from typing import Any

from django.core.validators import RegexValidator
from drf_spectacular.drainage import warn
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework import serializers

from backend.common.http import fields
from backend.common.http.wall_times import WallTimeField

MIN_DESCRIPTION = 20
_MAX_ITEMS = 1000
WITHOUT_NUL = "^[^\\u0000]*$"
VERSION_TAG = '^"[0-9]{1,9}-[0-9a-f]{16}"$'
_NOT_BLANK = "^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$"
_WALL_TIME = "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"


class _ChoiceComponent(OpenApiSerializerFieldExtension):
    """One component per enum, under the enum's own name; its docstring says what the members mean."""

    target_class = "backend.common.http.fields.ChoiceField"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        field: fields.ChoiceField = self.target
        if field.allow_null:
            warn(f"{field.enum_name} is nullable in {field.field_name}: add a named member instead")
        if field.is_part:
            return {"type": "string", "enum": list(field.choices)}
        schema = {"type": "string", "enum": list(field.choices), "description": inspect.getdoc(field.enum) or ""}
        component = ResolvedComponent(field.enum_name, ResolvedComponent.SCHEMA, schema, field.enum)
        auto_schema.registry.register_on_missing(component)
        return dict(component.ref)


def complete(field: serializers.Field[Any, Any, Any, Any], schema: dict[str, Any], direction: str) -> dict[str, Any]:
    """The schema of a field with every limit the server enforces, so that clients can check beforehand."""
    schema.pop("readOnly", None)  # requests and answers are components of their own
    if field.field_name and len(str(field.help_text or "")) < MIN_DESCRIPTION:
        warn(f"field {field.field_name} needs a help_text of {MIN_DESCRIPTION} characters")
    if isinstance(field, serializers.ListSerializer):
        schema["maxItems"] = getattr(field, "max_length", None) or _MAX_ITEMS
        if least := getattr(field, "min_length", None):
            schema["minItems"] = least
    elif isinstance(field, serializers.BaseSerializer) and field.allow_null:
        warn(f"{field.field_name} is a nullable object: use a nullable id, or two operations")
    elif isinstance(field, fields.UUIDField):
        schema["maxLength"] = 36
    elif isinstance(field, fields.DateField):
        schema["maxLength"] = 10
    elif isinstance(field, fields.DateTimeField):
        schema["maxLength"] = 40
    elif isinstance(field, fields.TimeField):
        schema.pop("format")  # that of JSON Schema has an offset
        schema |= {"maxLength": 8, "pattern": "^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$"}
    elif isinstance(field, WallTimeField):
        schema |= {"maxLength": 5, "pattern": _WALL_TIME}
    elif isinstance(field, fields.IntegerField):
        is_small = field.min_value >= -(2**31) and field.max_value < 2**31  # type: ignore[operator]
        schema["format"] = "int32" if is_small else "int64"
    elif type(field) is fields.CharField:
        is_bare = direction == "request" and field.trim_whitespace and not field.allow_blank
        schema["pattern"] = _NOT_BLANK if is_bare else WITHOUT_NUL
    elif isinstance(field, fields.EtagField):
        schema["pattern"] = VERSION_TAG
    pattern = _pattern_of(field)
    if pattern:
        schema["pattern"] = pattern
    if schema.get("type") in ("string", ["string", "null"]) and not schema.keys() & {"format", "pattern", "enum"}:
        schema["pattern"] = WITHOUT_NUL  # the database keeps no other text
    return schema


def _pattern_of(field: serializers.Field[Any, Any, Any, Any]) -> str | None:
    """What the field itself says its text looks like, in a dialect that JavaScript and Python share."""
    patterns = [getattr(one.regex, "pattern", "") for one in field.validators if isinstance(one, RegexValidator)]
    return patterns[0] if patterns else getattr(field, "pattern", None)
