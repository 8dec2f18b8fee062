"""Every operation that is routed says who may call it and what it does, under a name of its own."""

from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from backend.common.http.access import PUBLIC
from backend.common.http.endpoints import Endpoint
from backend.common.http.operations import Operation, Reply
from backend.common.http.routes import route


def endpoints(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[Endpoint]:
    """What is served, of all the routes there are."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from endpoints(pattern.url_patterns)
        else:
            yield from getattr(getattr(pattern.callback, "cls", None), "endpoints", {}).values()


def silent(served: Iterable[Endpoint]) -> list[str]:
    """Operations without a description of their own or a handler; one without a permission cannot be routed."""
    return [
        one.operation_id
        for one in served
        if not (vars(one.operation).get("__doc__") and hasattr(one.operation, "handle"))
    ]


def test_every_operation_declares_itself() -> None:
    served = list(endpoints(get_resolver().url_patterns))
    assert "createToken" in {one.operation_id for one in served}
    assert silent(served) == []


def test_every_operation_has_a_name_of_its_own() -> None:
    names = Counter(one.operation_id for one in endpoints(get_resolver().url_patterns))
    assert [name for name, count in names.items() if count > 1] == []


def test_an_operation_without_a_permission_cannot_be_routed() -> None:
    class Nobodys(Operation):
        """Say nothing about who may."""

    with pytest.raises(AttributeError, match="permission"):
        route("nobodys", get=Nobodys)


def test_a_silent_operation_is_found() -> None:
    class Nameless(Operation):
        permission = PUBLIC

        def handle(self) -> Reply:
            return Reply()

    assert silent(endpoints([route("nameless", get=Nameless)])) == ["nameless"]
