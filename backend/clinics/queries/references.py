"""A service as callers name it: by id, or by its stable code."""

import uuid

from django.core.validators import RegexValidator
from django.db.models import Q

CODE_OR_ID = RegexValidator(r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$")


def service_is(reference: str, *, path: str = "") -> Q:
    """The condition that a row's service is the one named; `path` leads to it (`"service__"`)."""
    try:
        return Q(**{f"{path}id": uuid.UUID(reference)})
    except ValueError:
        return Q(**{f"{path}code": reference})
