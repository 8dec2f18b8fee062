"""How problems look in the description of the API (RFC 9457, and our members).

Each code belongs to one shape, and each shape names its codes: a client that has compared `code` knows the members.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

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
    """A failure (RFC 9457). `code` decides, `status` is the fallback for unknown codes."""

    codes: ClassVar[frozenset[Code]] = frozenset()
    """In a subclass: those that add its members. Empty: all that add none."""
    is_loose: ClassVar[bool] = False
    """True for one shape at most, of optional members: it stands for the plain codes, too, which spares unions."""

    type = fields.CharField(max_length=100, help_text="Address of the section that explains the code.")
    title = fields.CharField(max_length=100, help_text="What happened, in a few words, in the language asked for.")
    status = fields.IntegerField(min_value=400, max_value=599, help_text="The HTTP status of this very answer.")
    code = fields.ChoiceField(Code, name="ErrorCode", help_text="Stable name of the failure; decide by this one.")
    detail = fields.CharField(
        max_length=500, allow_blank=True, help_text="What happened here, in the language asked for."
    )
    request_id = fields.CharField(max_length=40, help_text="Name of this request in our logs; quote it to support.")
    errors = list_of(FieldProblem, max_length=50, help_text="The refused values, if values were refused.")


_shapes: dict[str, type[Problem]] = {}


def add_problem(shape: type[Problem]) -> None:
    """Describe the members that some codes add, such as `alternatives`. For `api` modules; `help_text` names the code.

    A code belongs to one shape at most.
    """
    _shapes[shape.__name__] = shape


def problems_with(codes: Iterable[Code]) -> list[type[Problem]]:
    """How an answer with one of these codes may look: the shapes of those that add members, then that of all others."""
    wanted = {*codes}
    added = sorted((shape for shape in _shapes.values() if shape.codes & wanted), key=lambda shape: shape.__name__)
    is_told = not wanted & _plain_codes() or any(shape.is_loose for shape in added)
    return added if is_told else [*added, Problem]


def _plain_codes() -> frozenset[Code]:
    """The codes that add no members."""
    return frozenset(Code).difference(*(shape.codes for shape in _shapes.values()))


def narrow(name: str, schema: dict[str, Any]) -> None:
    """Let the component of a problem say which codes come with it, so that whoever compares `code` has its members."""
    shape = Problem if name == Problem.__name__ else _shapes.get(name)
    if shape is None:
        return
    declared = shape._declared_fields
    known = shape.codes | _plain_codes() if shape.is_loose or shape is Problem else shape.codes
    schema["required"] = [member for member in schema["properties"] if declared[member].required]
    schema["properties"]["code"] = {
        "type": "string",
        "enum": [code.value for code in Code if code in known],
        "description": str(declared["code"].help_text),
    }
