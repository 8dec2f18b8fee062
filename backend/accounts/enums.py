"""Closed lists of the accounts app."""

from django.db import models


class SessionEnd(models.TextChoices):
    """Why a session can no longer be used; `none` while it lives."""

    NONE = "none"
    LOGOUT = "logout"
    REFRESH_REUSED = "refresh_reused"
    REVOKED = "revoked"
