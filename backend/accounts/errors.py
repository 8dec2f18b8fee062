"""Why someone is not let in."""

from backend.common.errors import AlreadyExists, Code, DomainError, Kind


class TokenInvalid(DomainError):
    code, kind = Code.TOKEN_INVALID, Kind.UNAUTHENTICATED
    detail = "This token is malformed, or was not issued here for this use."


class TokenExpired(DomainError):
    code, kind, detail = Code.TOKEN_EXPIRED, Kind.UNAUTHENTICATED, "This token has expired."


class SessionRevoked(DomainError):
    code, kind, detail = Code.SESSION_REVOKED, Kind.UNAUTHENTICATED, "This session was ended. Sign in again."


class RefreshTokenReused(DomainError):
    code, kind = Code.REFRESH_TOKEN_REUSED, Kind.UNAUTHENTICATED
    detail = "This refresh token was exchanged before, so the session was ended. Sign in again."


class CredentialsInvalid(DomainError):
    code, kind = Code.CREDENTIALS_INVALID, Kind.UNAUTHENTICATED
    detail = "No account matches this e-mail and password."


class MfaRequired(DomainError):
    code, kind = Code.MFA_REQUIRED, Kind.UNAUTHENTICATED
    detail = "The password is right. Send a code of the second factor with mfa_token."


class SecondFactorOn(AlreadyExists):
    detail = "This account has a second factor already."


class EmailTaken(AlreadyExists):
    detail = "Somebody else has an account with this address by now."


CONSTRAINT_ERRORS: dict[str, type[DomainError]] = {"user_email_is_unique": EmailTaken}
