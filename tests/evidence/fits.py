"""Whether an example still shows what is answered: problems word by word, all else by its shape."""

from typing import Any

_WORDS = ("type", "title", "status", "code", "detail", "errors")
_ENOUGH = 20


def fits(example: Any, body: Any) -> bool:
    """True when the example could be of the same kind as the body, but for ids, times, names and numbers."""
    is_problem = isinstance(body, dict) and body.keys() >= set(_WORDS)
    if is_problem and any(example.get(word) != body[word] for word in _WORDS):
        return False
    return _same_shape(example, body)


def _same_shape(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return True
    if isinstance(one, dict):
        is_alike = isinstance(other, dict) and one.keys() == other.keys()
        return is_alike and all(_same_shape(value, other[name]) for name, value in one.items())
    if isinstance(one, list):
        some = other[:_ENOUGH] if isinstance(other, list) else []
        # An empty list shows nothing of what is in it, so it proves no example of one.
        return isinstance(other, list) and (not one or any(_same_shape(one[0], inner) for inner in some))
    return _kind(one) is _kind(other)


def _kind(value: Any) -> type:
    return float if type(value) is int else type(value)
