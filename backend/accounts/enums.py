"""Closed lists of the accounts app."""

from django.db import models


class Language(models.TextChoices):
    """Languages in which people are written to; `fr` is Canadian French (D26)."""

    EN = "en"
    FR = "fr"


class LinkPurpose(models.TextChoices):
    """What a mailed link lets its reader do."""

    RESET_PASSWORD = "reset_password"  # noqa: S105 - a purpose, not a secret
    CHANGE_EMAIL = "change_email"


class InvitationPurpose(models.TextChoices):
    """What a mailed invitation lets its reader become."""

    GUARDIAN = "guardian_invitation"
    MEMBER = "member_invitation"


class SessionEnd(models.TextChoices):
    """Why a session can no longer be used; `none` while it lives."""

    NONE = "none"
    LOGOUT = "logout"
    REFRESH_REUSED = "refresh_reused"
    REVOKED = "revoked"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a reason, not a secret
    EMAIL_CHANGED = "email_changed"
    ROLE_CHANGED = "role_changed"
    ACCOUNT_CLOSED = "account_closed"
    FACTOR_CHANGED = "factor_changed"
