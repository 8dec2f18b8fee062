"""Refusals that only HTTP knows: no action raises them."""

from backend.common.errors import Code, DomainError, Kind


class NotAuthenticated(DomainError):
    code, kind, detail = Code.NOT_AUTHENTICATED, Kind.UNAUTHENTICATED, "Sign in and send the access token."


class TokenInvalid(DomainError):
    code, kind, detail = Code.TOKEN_INVALID, Kind.UNAUTHENTICATED, "This access token is not one we gave."


class StepUpRequired(DomainError):
    """RFC 9470's insufficient user authentication, as a 403: the token is as good as before."""

    code, kind = Code.STEP_UP_REQUIRED, Kind.FORBIDDEN
    detail = "Enter your password again to go on."


class UnknownField(DomainError):
    code, kind, detail = Code.UNKNOWN_FIELD, Kind.INVALID, "Something was sent that this operation does not know."


class MalformedJson(DomainError):
    code, kind, detail = Code.MALFORMED_JSON, Kind.INVALID, "The body is not one valid JSON object."


class IdempotencyKeyRequired(DomainError):
    code, kind = Code.IDEMPOTENCY_KEY_REQUIRED, Kind.INVALID
    detail = "This operation needs the header Idempotency-Key."


class IdempotencyKeyReused(DomainError):
    code, kind = Code.IDEMPOTENCY_KEY_REUSED, Kind.UNPROCESSABLE
    detail = "This Idempotency-Key was used for another request."


class IdempotencyInProgress(DomainError):
    code, kind = Code.IDEMPOTENCY_IN_PROGRESS, Kind.CONFLICT
    detail = "The first request with this Idempotency-Key is still running."


class IfMatchRequired(DomainError):
    code, kind, detail = Code.IF_MATCH_REQUIRED, Kind.INVALID, "Send the etag you read in the header If-Match."


class MethodNotAllowed(DomainError):
    code, kind, detail = Code.METHOD_NOT_ALLOWED, Kind.INVALID, "This address does not know that method."

    def __init__(self, allow: str) -> None:
        super().__init__()
        self.allow = allow


class NotAcceptable(DomainError):
    code, kind, detail = Code.NOT_ACCEPTABLE, Kind.INVALID, "No form of the answer suits the header Accept."


class UnsupportedMediaType(DomainError):
    code, kind, detail = Code.UNSUPPORTED_MEDIA_TYPE, Kind.INVALID, "Send the body as application/json."


class BodyTooLarge(DomainError):
    code, kind, detail = Code.BODY_TOO_LARGE, Kind.INVALID, "The body is larger than 256 KiB."


class InternalError(DomainError):
    code, kind, detail = Code.INTERNAL_ERROR, Kind.UNAVAILABLE, "Something broke on our side. We have been told."
