"""What drf-spectacular asks for each operation, answered from the operation's own declarations."""

import inspect
from typing import Any, cast

from drf_spectacular.drainage import warn
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, force_instance

from backend.common.errors import Code
from backend.common.http.access import Access
from backend.common.http.endpoints import Endpoint
from backend.common.http.fields import CharField
from backend.common.http.openapi import examples, headers
from backend.common.http.openapi.refusals import codes_of
from backend.common.http.openapi.shapes import MIN_DESCRIPTION, WITHOUT_NUL, complete
from backend.common.http.problem_shape import Problem, problems_with
from backend.common.http.problems import MEDIA_TYPE as PROBLEM_MEDIA_TYPE
from backend.common.http.rendering import MEDIA_TYPE
from backend.common.http.serializers import VersionedSerializer
from backend.common.http.uploads import FIELD, MULTIPART, Upload
from backend.common.http.views import OperationView

SECURITY_SCHEME = "bearerAuth"
KEY_SCHEME = "apiKeyAuth"
_MAX_TEXT = 1_000_000
_PROOF = "Who calls has signed in, or called proveIdentity, in the last minutes; else 403 `step_up_required`."
_BINARY = {"format": "binary", "maxLength": 20 * 1024**2}


class OperationSchema(AutoSchema):
    """Views of libraries have no operations and stay out of the description."""

    @property
    def endpoint(self) -> Endpoint:
        """The operation at hand."""
        return cast(OperationView, self.view).endpoints[self.method]

    def is_excluded(self) -> bool:
        return not isinstance(self.view, OperationView)

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False  # a list is an object with `results`

    def get_operation_id(self) -> str:
        return self.endpoint.operation_id

    def get_tags(self) -> list[str]:
        return [self.endpoint.path.split("/", maxsplit=1)[0]]

    def get_summary(self) -> str:
        return self._doc()[0].rstrip(".")

    def get_description(self) -> str:  # type: ignore[override]
        summary, description = self._doc()
        if len(description or summary) < MIN_DESCRIPTION:
            warn(f"{self.endpoint.operation_id} needs a description of {MIN_DESCRIPTION} characters")
        told = description or summary
        return f"{told}\n\n{_PROOF}" if self.endpoint.operation.asks_for_proof else told

    def _doc(self) -> tuple[str, str]:
        summary, _, description = (inspect.getdoc(self.endpoint.operation) or "").partition("\n\n")
        return summary, description.strip()

    def get_auth(self) -> list[dict[str, Any]]:
        signed_in: dict[str, Any] = {SECURITY_SCHEME: []}
        if self.endpoint.is_public:
            return [{}, signed_in] if self.endpoint.operation.asks_who_calls else [{}]  # none is needed, said aloud
        return [signed_in, {KEY_SCHEME: []}] if self.endpoint.takes_keys else [signed_in]

    def get_extensions(self) -> dict[str, Any]:
        permission = self.endpoint.permission
        return {"x-permission": permission.value if isinstance(permission, Access) else str(permission)}

    def map_parsers(self) -> list[Any]:
        return [MEDIA_TYPE]

    def map_renderers(self, attribute: str) -> list[Any]:
        return [self.endpoint.operation.produces] if attribute == "media_type" else []

    def get_override_parameters(self) -> list[Any]:
        query = self.endpoint.operation.query
        return [query] if query else []

    def get_serializer_name(self, serializer: Any, direction: str) -> str:
        # The framework appends `Request` to what is a request already by name.
        name = type(serializer).__name__
        return name.removesuffix("Request") if direction == "request" else name

    def _get_parameters(self) -> list[dict[str, Any]]:
        parameters = [*super()._get_parameters(), *headers.parameters(self.endpoint)]
        for parameter in parameters:
            if parameter["in"] == "path":
                thing = parameter["name"].removesuffix("_id").replace("_", " ")
                parameter["description"] = f"Identifier of the {thing}, as its `id` says."
                parameter["schema"]["maxLength"] = 36
            if parameter["schema"].get("type") == "array":
                field = force_instance(self.endpoint.operation.query).fields[parameter["name"]]
                is_joined = getattr(field, "is_comma_separated", False)
                parameter |= {"style": "form", "explode": not is_joined}
                if is_joined:
                    parameter["schema"]["minItems"] = 1  # `expand=` names nothing, and "" is no member
        return parameters

    def _get_request_body(self, direction: Any = "request") -> dict[str, Any] | None:
        operation = self.endpoint.operation
        if operation.upload:
            return _file_body(operation.upload)
        if operation.accepts is None:
            return None
        component = self.resolve_serializer(operation.accepts, direction)
        forms = [self.resolve_serializer(form, direction).ref for form in operation.accepts.variants]
        if forms:
            component.schema = {"oneOf": forms, "description": inspect.getdoc(operation.accepts) or ""}
        content: dict[str, Any] = {"schema": component.ref}
        recorded = examples.of_request(self.endpoint.operation_id)
        if recorded is not None:
            content["example"] = recorded
        description = inspect.getdoc(operation.accepts) or ""
        is_required = bool(forms or component.schema.get("required"))
        return {"description": description, "content": {MEDIA_TYPE: content}, "required": is_required}

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        responses = {str(self.endpoint.status): self._success()}
        if self.endpoint.method == "GET":
            known = headers.refs(*headers.ALWAYS, "ETag")
            responses["304"] = {"description": "Unchanged: what If-None-Match names is still right.", "headers": known}
        for status, codes in codes_of(self.endpoint).items():
            responses[str(status)] = self._problem(status, codes)
        return responses

    def _success(self) -> dict[str, Any]:
        endpoint, operation = self.endpoint, self.endpoint.operation
        is_versioned = bool(operation.returns) and issubclass(cast(type, operation.returns), VersionedSerializer)
        response: dict[str, Any] = {"description": "Done; there is no body."}
        if operation.returns:
            media: dict[str, Any] = {"schema": self.resolve_serializer(operation.returns, "response").ref}
            recorded = examples.of_response(endpoint.operation_id, str(endpoint.status))
            if recorded is not None:
                media["example"] = recorded
            description = inspect.getdoc(operation.returns) or "Done."
            response = {"description": description, "content": {operation.produces: media}}
        elif operation.produces != MEDIA_TYPE:
            is_text = operation.produces.startswith("text/")
            document = {
                "type": "string",
                **({"maxLength": _MAX_TEXT, "pattern": WITHOUT_NUL} if is_text else _BINARY),
            }
            response = {
                "description": "The document, as it was stored or made.",
                "content": {operation.produces: {"schema": document}},
            }
        response["headers"] = headers.of_success(endpoint, is_versioned=is_versioned)
        return response

    def _problem(self, status: int, codes: list[Code]) -> dict[str, Any]:
        """One component for each set of codes, unless one of them looks different here; so with examples."""
        own = {code: examples.of_response(self.endpoint.operation_id, f"{status} {code}") for code in codes}
        media = {
            "schema": self._shape_of(codes),
            "examples": {
                code.value: {"value": example}
                if example
                else self._register(code.value, ResolvedComponent.EXAMPLE, examples.of_problem(code))
                for code, example in own.items()
            },
        }
        told = "; ".join(f"`{code}`" for code in codes)
        schema = {
            "description": f"Refused with one of these codes: {told}.",
            "headers": headers.of_problem(status, codes),
            "content": {PROBLEM_MEDIA_TYPE: media},
        }
        name = "_".join(code.title().replace("_", "") for code in codes)
        return schema if any(own.values()) else self._register(name, ResolvedComponent.RESPONSE, schema)

    def _shape_of(self, codes: list[Code]) -> dict[str, Any]:
        """The problem, or the problems of which `code` says which one it is."""
        shapes = problems_with(codes)
        forms = [self.resolve_serializer(shape, "response").ref for shape in shapes]
        if len(forms) == 1:
            return forms[0]
        names = ["Other" if shape is Problem else shape.__name__.removesuffix("Problem") for shape in shapes]
        schema = {"oneOf": forms, "description": "A failure (RFC 9457); `code` says which, and thereby its members."}
        return self._register(f"{'Or'.join(names)}Problem", ResolvedComponent.SCHEMA, schema)

    def _register(self, name: str, kind: str, schema: dict[str, Any]) -> dict[str, Any]:
        component = ResolvedComponent(name, kind, schema, Problem)
        self.registry.register_on_missing(component)
        return dict(component.ref)

    def _insert_field_validators(self, field: Any, schema: Any) -> None:
        super()._insert_field_validators(field, schema)  # type: ignore[no-untyped-call]
        if isinstance(field, CharField) and "oneOf" in schema:
            schema |= schema.pop("oneOf")[0]  # the framework splits off the empty text, which our pattern allows

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        schema: Any = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        return complete(field, schema, direction) if schema else schema


def _file_body(upload: Upload) -> dict[str, Any]:
    told = f"{upload.help_text} At most {upload.max_bytes // 1024**2} MiB."
    file = {"type": "string", "format": "binary", "maxLength": upload.max_bytes, "description": told}
    schema = {"type": "object", "required": [FIELD], "properties": {FIELD: file}, "additionalProperties": False}
    return {"description": "One file.", "content": {MULTIPART: {"schema": schema}}, "required": True}
