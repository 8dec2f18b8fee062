"""How problems look in the description of the API (RFC 9457, and our members)."""

from collections.abc import Iterable
from typing import ClassVar

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
    """In a subclass: those that add its members. None of them is required, as others answer with the same status."""

    type = fields.CharField(max_length=100, help_text="Address of the section that explains the code.")
    title = fields.CharField(max_length=100, help_text="What happened, in a few words, in the language asked for.")
    status = fields.IntegerField(min_value=400, max_value=599, help_text="The HTTP status of this very answer.")
    code = fields.ChoiceField(Code, name="ErrorCode", help_text="Stable name of the failure; decide by this one.")
    detail = fields.CharField(
        max_length=500, allow_blank=True, help_text="What happened here, in the language asked for."
    )
    request_id = fields.CharField(max_length=40, help_text="Name of this request in our logs; quote it to support.")
    errors = list_of(FieldProblem, max_length=50, help_text="The refused values, if values were refused.")


_shapes: dict[str, type[Problem]] = {"Problem": Problem}


def add_problem(shape: type[Problem]) -> None:
    """Describe the members that some codes add, such as `alternatives`. For `api` modules; `help_text` names the code.

    A code belongs to one shape at most.
    """
    _shapes[shape.__name__] = shape


def problem_with(codes: Iterable[Code]) -> type[Problem]:
    """How an answer with one of these codes looks: plain, or with the members of those that add some, side by side."""
    added = sorted((shape for shape in _shapes.values() if shape.codes & {*codes}), key=lambda shape: shape.__name__)
    if len(added) < 2:
        return added[0] if added else Problem
    name = "".join(shape.__name__.removesuffix("Problem") for shape in added) + "Problem"
    joined: type[Problem] = type(name, tuple(added), {"__doc__": Problem.__doc__, "codes": frozenset()})
    return _joined.setdefault(name, joined)


_joined: dict[str, type[Problem]] = {}


def optional_members(name: str) -> list[str]:
    """The members of this shape that only some of its codes have."""
    shape = _shapes.get(name) or _joined.get(name, Problem)
    return [member for member, field in shape._declared_fields.items() if not field.required]
