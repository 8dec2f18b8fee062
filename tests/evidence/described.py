"""Which kinds of answers the description promises."""

from typing import Any

from backend.common.http.openapi.document import describe_api
from backend.common.http.problems import MEDIA_TYPE as PROBLEM
from tests.evidence.seen import Kind


def described() -> list[Kind]:
    """Every success and every refusal, by operation."""
    document, found = describe_api(), []
    for methods in document["paths"].values():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                found += [(operation["operationId"], name) for name in _names(document, status, response)]
    return found


def _names(document: dict[str, Any], status: str, response: dict[str, Any]) -> list[str]:
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rsplit("/", maxsplit=1)[1]]
    problem = response.get("content", {}).get(PROBLEM)
    if problem:
        return [f"{status} {code}" for code in problem["examples"]]
    return [] if status == "304" else [status]
