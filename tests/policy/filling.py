"""Values for documented members of a body that the one good call leaves out."""

from collections.abc import Iterator
from typing import Any

from tests.policy.calls import Sent
from tests.policy.ids import KINDS
from tests.policy.shapes import LINKS, Path, Place, Schema, at, flat
from tests.policy.world import World

_TEXTS = {
    "date": ("2199-03-03", "1990-02-03", "2026-11-13"),
    "date-time": ("2198-03-03T09:00:00Z", "2026-11-13T09:00:00Z"),
    "email": ("filled@example.test", "torontonian@example.test"),
}
_BY_NAME = {
    "code": ("too_soon",),
    "phone": ("+16045550123",),
    "from_time": ("08:00",),
    "until_time": ("21:00",),
    "timezone": ("America/Vancouver",),
    "postal_code": ("V5K 0A1",),
    "province": ("BC",),
    "languages": ("fr",),
    "password": ("correct horse battery",),
}


def values(world: World, actor: str, name: str, schema: Schema) -> Iterator[Any]:
    """What might be accepted under that name, likeliest first."""
    schema = flat(schema)
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "array":
        yield from ([value] for value in values(world, actor, name, schema["items"]))
    elif name in _BY_NAME:
        yield from _BY_NAME[name]
    elif linked := next((schema[link] for link in LINKS if link in schema), None):
        for inner in linked:
            yield from values(world, actor, name, inner)
    elif "enum" in schema:
        yield from reversed(schema["enum"])
    elif schema.get("format") == "uuid":
        yield from (str(row.pk) for row in KINDS[name].rows(world, actor))
    elif kind == "object":
        yield {key: next(values(world, actor, key, inner)) for key, inner in schema.get("properties", {}).items()}
    elif kind == "boolean":
        yield from (True, False)
    elif kind in ("integer", "number"):
        least = schema.get("minimum", 0)
        yield from (least + 1, least + 2, least + 8, least)
    else:
        yield from _TEXTS.get(schema.get("format", ""), ("Filled",))


def with_object(world: World, actor: str, sent: Sent, path: Path, places: list[Place]) -> Sent:
    """The call with an object at that path of its body, whether it sends one or not."""
    if at(sent.body or {}, path) is not None:
        return sent
    place = next(place for place in places if path[: len(place.path)] == place.path)
    value = next(values(world, actor, place.name, place.schema))
    return place.put(sent, value[0] if place.is_list else value)
