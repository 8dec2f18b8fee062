"""What every operation and every schema of the published description says, whatever a linter may allow."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from backend.common.http.openapi.document import describe_api
from backend.common.http.problems import MEDIA_TYPE as PROBLEM_MEDIA_TYPE

SHORTEST = 20
VERBS = re.findall(
    r"\w+",
    """
    accept activate add amend answer approve archive assess assign book cancel change check claim clear close complete
    confirm create decline delete dismiss end explain extend fetch forgot get issue join leave list look mark move next
    offer open pause plan preview propose prove put read reassign record refresh register release remove rename replay
    reschedule resend reset resolve restore review revoke screen search send set sign start subscribe swap sync test
    undo unsubscribe update upload verify withdraw
    """,
)
WITHOUT_NOUN = {"register", "logout"}  # named so in the contract


def operations(api: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in api["paths"].values():
        yield from methods.values()


def nodes(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield path, node
        for name, inner in node.items():
            if name not in ("example", "examples"):
                yield from nodes(inner, f"{path}/{name}")
    elif isinstance(node, list):
        for number, inner in enumerate(node):
            yield from nodes(inner, f"{path}/{number}")


def faults(api: dict[str, Any]) -> list[str]:
    """What is wrong, a line each."""
    schemas = api["components"]["schemas"]
    found = [f"{name}: nobody named this enum" for name in schemas if name.endswith("Enum")]
    for path, node in nodes(api):
        if "null" in (node.get("type") or ()) and "enum" in node:
            found.append(f"{path}: a nullable enum")
        members = [one for keyword in ("oneOf", "anyOf") for one in node.get(keyword) or ()]
        if {"type": "null"} in members and any("$ref" in one for one in members):
            found.append(f"{path}: a nullable reference")
        for name, field in (node.get("properties") or {}).items() if path.startswith("/components/schemas/") else ():
            if isinstance(field, dict) and len(_told(field, schemas)) < SHORTEST:
                found.append(f"{path}/{name}: not described")
    for operation in operations(api):
        found += [f"{operation['operationId']}: {fault}" for fault in _operation_faults(operation)]
    return found


def _told(field: dict[str, Any], schemas: dict[str, Any]) -> str:
    target = schemas.get(field.get("$ref", "").rsplit("/", maxsplit=1)[-1], {})
    return str(field.get("description") or target.get("description") or "")


def _operation_faults(operation: dict[str, Any]) -> Iterator[str]:
    if not any(status.startswith("4") for status in operation["responses"]):
        yield "no refusal is described"
    permission = operation.get("x-permission")
    if not permission or (permission not in ("public", "signed_in") and not operation.get("x-required-roles")):
        yield "it does not say who may"
    if (permission == "public") != ({} in operation["security"]):
        yield "its security is not its permission"
    verb, noun = re.fullmatch(r"([a-z]+)([A-Za-z]*)", operation["operationId"]).groups()  # type: ignore[union-attr]
    if operation["operationId"] not in WITHOUT_NOUN and not (verb in VERBS and noun):
        yield "its name is no verb and noun"


def test_nothing_is_left_unsaid() -> None:
    assert faults(describe_api()) == []


def broken(**change: Any) -> dict[str, Any]:
    operation = {
        "operationId": "listNotes",
        "responses": {"400": {}},
        "x-permission": "public",
        "security": [{}],
        **{name: value for name, value in change.items() if name != "schema"},
    }
    schema = change.get("schema", {})
    schemas = {"Note": {"properties": {"text": {"description": "What the note says, in words.", **schema}}}}
    return {"paths": {"/v1/notes": {"get": operation}}, "components": {"schemas": schemas}}


def test_a_sound_description_has_no_faults() -> None:
    assert faults(broken()) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"operationId": "notesList"}, "verb and noun"),
        ({"operationId": "list"}, "verb and noun"),
        ({"responses": {"200": {}}}, "no refusal"),
        ({"x-permission": "patient:read", "security": [{"bearerAuth": []}]}, "who may"),
        ({"security": [{"bearerAuth": []}]}, "security"),
        ({"schema": {"description": "A text."}}, "not described"),
        ({"schema": {"type": ["string", "null"], "enum": ["a"]}}, "a nullable enum"),
        ({"schema": {"oneOf": [{"$ref": "#/components/schemas/Note"}, {"type": "null"}]}}, "a nullable reference"),
    ],
)
def test_each_fault_is_found(change: dict[str, Any], fault: str) -> None:
    (found,) = faults(broken(**change))
    assert fault in found


def forms_of(name: str, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    """The objects that a body of this schema may be."""
    forms = schemas[name].get("oneOf", [{"$ref": name}])
    return [schemas[form["$ref"].rsplit("/", maxsplit=1)[-1]] for form in forms]


def test_who_compares_the_code_knows_the_members() -> None:
    """No two shapes of a failure share a code that adds members, so each of an operation's unions is told apart."""
    shapes = {name: shape for name, shape in describe_api()["components"]["schemas"].items() if _is_problem(shape)}
    homes: dict[str, list[str]] = {}
    for name, shape in shapes.items():
        for code in shape["properties"]["code"]["enum"]:
            homes.setdefault(code, []).append(name)
    assert homes["slot_taken"] == ["SlotTakenProblem"]
    assert "alternatives" in shapes["SlotTakenProblem"]["required"]
    assert homes["invalid_transition"] == ["TransitionProblem"]
    assert all(len(names) == 1 for code, names in homes.items() if "Problem" not in names), homes


def _is_problem(shape: dict[str, Any]) -> bool:
    return {"request_id", "code", "errors"} <= {*shape.get("properties", {})}


def test_only_some_errors_of_booking_and_searching_have_members_of_their_own() -> None:
    api = describe_api()
    told: dict[str, set[str]] = {}
    for one in operations(api):
        for status, shown in one["responses"].items():
            shared = shown.get("$ref", "").rsplit("/", maxsplit=1)[-1]
            response = api["components"]["responses"][shared] if shared else shown
            problem = response.get("content", {}).get(PROBLEM_MEDIA_TYPE, {"schema": {"$ref": "Problem"}})
            shape = problem["schema"]["$ref"].rsplit("/", maxsplit=1)[-1]
            members = {
                member for form in forms_of(shape, api["components"]["schemas"]) for member in form["properties"]
            }
            for member in members & {"alternatives", "rules", "max_days"}:
                told.setdefault(f"{status} {member}", set()).add(one["operationId"])
    moves = {"rescheduleAppointment", "reassignAppointment", "reassignVisits", "swapAppointments"}
    bookings = {"createAppointment", *moves}
    assert told == {
        "400 max_days": {"bookCourse", "bookSeries", "listSlots", "reassignVisits"},
        "403 rules": {"createAppointment", "rescheduleAppointment", "swapAppointments"},
        "409 alternatives": {*bookings, "createHold", "acceptWaitlistOffer"},
        "409 rules": {*bookings, "createHold", "acceptWaitlistOffer"},
        "422 rules": {*bookings, "createHold", "createWaitlistEntry", "acceptWaitlistOffer", "checkInAppointment"},
    }
