"""How a problem looks in the description of the API (RFC 9457, and our members)."""

from typing import Any

from rest_framework import serializers

from backend.common.errors import Code, FieldCode
from backend.common.http import fields
from backend.common.http.serializers import StrictSerializer, list_of


class FieldProblem(StrictSerializer):
    """One refused value, and why."""

    pointer = fields.CharField(
        max_length=200,
        allow_blank=True,
        help_text="Where: a JSON Pointer (RFC 6901) into the body; `?name` in the query; `#Name` for a header.",
    )
    code = fields.ChoiceField(FieldCode, name="FieldErrorCode", help_text="Why the value was refused; never localised.")
    detail = fields.CharField(max_length=500, help_text="The same for people, in the language asked for.")


class Problem(StrictSerializer):
    """A failure (RFC 9457). Some codes add members; `code` decides, `status` is the fallback for unknown codes."""

    type = fields.CharField(max_length=100, help_text="Address of the section that explains the code.")
    title = fields.CharField(max_length=100, help_text="What happened, in a few words, in the language asked for.")
    status = fields.IntegerField(min_value=400, max_value=599, help_text="The HTTP status of this very answer.")
    code = fields.ChoiceField(Code, name="ErrorCode", help_text="Stable name of the failure; decide by this one.")
    detail = fields.CharField(
        max_length=500, allow_blank=True, help_text="What happened here, in the language asked for."
    )
    request_id = fields.CharField(max_length=40, help_text="Name of this request in our logs; quote it to support.")
    errors = list_of(FieldProblem, max_length=50, help_text="The refused values, if values were refused.")


def add_problem_member(name: str, field: serializers.Field[Any, Any, Any, Any]) -> None:
    """Describe a member that some code adds, such as `alternatives`. For `api` modules; `help_text` names the code."""
    field.required = False
    Problem._declared_fields[name] = field


def optional_members() -> list[str]:
    """The members that only some problems have."""
    return [name for name, field in Problem._declared_fields.items() if not field.required]
