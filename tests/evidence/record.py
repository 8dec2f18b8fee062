"""Writes the examples that are missing or stale; those that still show what is answered stay as they are."""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from backend.common.http.openapi.examples import PROBLEMS, folder, recorded
from tests.evidence.seen import Kind, Seen


def record(described: Collection[Kind], seen: Mapping[Kind, Seen], *, is_whole: bool) -> None:
    """Bring the files up to date. What nobody promises any more goes; what this run did not see stays.

    Only a whole run chooses anew what operations share: to a part of it, what others still show looks unused.
    """
    files = {name: dict(content) for name, content in recorded().items()}
    shared = files.setdefault(PROBLEMS, {})
    for code in sorted({name.partition(" ")[2] for _, name in described} - {""}):
        if code in shared and not is_whole:
            continue
        same = {kind: seen[kind] for kind in described if kind[1].endswith(f" {code}") and kind in seen}
        is_used = any(one.is_current and kind[1] not in _responses(files, kind[0]) for kind, one in same.items())
        if same and not is_used:
            shared[code] = _most_common([one.body for one in same.values()])
    for kind in described:
        if kind in seen and not seen[kind].is_current:
            _take(files.setdefault(kind[0], {}), kind[1], seen[kind])
    for name, content in files.items():
        path, tidy = folder() / f"{name}.json", _tidy(name, content, described, shared)
        if not tidy:
            path.unlink(missing_ok=True)
        elif tidy != recorded().get(name):
            path.write_text(json.dumps(tidy, indent=2, ensure_ascii=False) + "\n")


def _responses(files: Mapping[str, Any], operation_id: str) -> dict[str, Any]:
    return dict(files.get(operation_id, {}).get("responses", {}))


def _most_common(bodies: list[Any]) -> Any:
    texts = Counter(json.dumps(body) for body in bodies)
    return json.loads(max(texts, key=lambda text: (texts[text], text)))


def _take(content: dict[str, Any], name: str, seen: Seen) -> None:
    if seen.request is not None:
        content["request"] = seen.request
    if seen.body is not None:
        content["responses"] = {**content.get("responses", {}), name: seen.body}


def _tidy(name: str, content: dict[str, Any], described: Collection[Kind], shared: Mapping[str, Any]) -> dict[str, Any]:
    if name == PROBLEMS:
        codes = {kind.partition(" ")[2] for _, kind in described}
        return {code: body for code, body in sorted(content.items()) if code in codes}
    promised = {kind for operation_id, kind in described if operation_id == name}
    if not promised:
        return {}
    kept = {kind: body for kind, body in sorted(content.get("responses", {}).items()) if kind in promised}
    own = {kind: body for kind, body in kept.items() if shared.get(kind.partition(" ")[2]) != body}
    request = {"request": content["request"]} if "request" in content else {}
    return {**request, "responses": own} if own or request else {}
