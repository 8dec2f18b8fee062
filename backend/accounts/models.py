"""Identity: who can sign in, and from where. Roles live in `clinics`, people under care in `patients`."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from phonenumber_field.modelfields import PhoneNumberField

from backend.accounts.enums import Language, LinkPurpose, SessionEnd
from backend.accounts.querysets import SessionQuerySet
from backend.common.models import Row, VersionedRow


def normal_email(email: str) -> str:
    """The one form of an address under which it is kept and looked up."""
    return email.strip().lower()


class UserManager(BaseUserManager["User"]):
    """Finds users by e-mail in any letter case, and creates them."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user of that address. Raises User.DoesNotExist."""
        return self.get(email=normal_email(username or ""))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user with a hashed password; None means it cannot sign in by password."""
        user = self.model(email=normal_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, VersionedRow):
    """A person who can sign in, known by e-mail, kept in lower case: letter case does not tell two people apart.

    Names, language and phone are the person's own; who is also a patient has a copy of them there.
    """

    email = models.EmailField(max_length=254)
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)
    email_verified_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=2, choices=Language, default=Language.EN)
    phone = PhoneNumberField(null=True, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["given_name", "family_name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["email"], name="user_email_is_unique"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_is_lower_case"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="user_language_is_known"),
        ]

    def __str__(self) -> str:
        return self.email


class Session(Row):
    """One sign-in on one device: the family of refresh tokens and the `sid` of every access token made from it.

    `last_used_at` is when it last got tokens, so at most ten minutes before the last request; `proved_at` when the
    person last showed what they sign in with.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="sessions")
    device_name = models.CharField(max_length=100, default="", blank=True)
    has_second_factor = models.BooleanField(default=False)
    last_used_at = models.DateTimeField(db_default=Now())
    proved_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=SessionEnd, default=SessionEnd.NONE)

    objects = SessionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="session_end")]
        constraints = [
            models.CheckConstraint(condition=Q(end_reason__in=SessionEnd.values), name="session_end_is_known"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="none")
                | Q(ended_at__isnull=False) & ~Q(end_reason="none"),
                name="session_end_has_a_reason",
            ),
        ]


class RefreshToken(models.Model):
    """A refresh token that was given out; `id` is its `jti`. The token itself is never stored (R17).

    What is stored suffices to sign the very same text again, which is how the grace window repeats an answer.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    session = models.ForeignKey(Session, models.CASCADE, related_name="refresh_tokens")
    key_id = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    successor = models.OneToOneField("self", models.CASCADE, null=True, blank=True, related_name="predecessor")

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="refresh_token_end")]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="refresh_token_lives"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, successor__isnull=True)
                | Q(used_at__isnull=False, successor__isnull=False),
                name="refresh_token_use_has_a_successor",
            ),
        ]


class MailedLink(Row):
    """A link that was mailed, to be used once; its secret is `id`, signed, and stored nowhere (see `links`).

    `spent_at` is when it was used, or overtaken by a change. `session` is the one that asked for another address.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="mailed_links")
    purpose = models.CharField(max_length=20, choices=LinkPurpose)
    email = models.EmailField(max_length=254)
    previous_email = models.EmailField(max_length=254, default="", blank=True)
    session = models.ForeignKey(Session, models.SET_NULL, null=True, blank=True, related_name="+")
    expires_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="mailed_link_end")]
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=LinkPurpose.values), name="mailed_link_purpose_is_known"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="mailed_link_email_is_lower_case"),
        ]


class SecondFactor(Row):
    """What sign-in asks for besides the password, once it is confirmed (R21).

    `secret` is encrypted and recovery codes are digests, see `totp`. `last_step` is the half minute of the newest code
    that was used: none counts twice.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor")
    secret = models.CharField(max_length=255)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_step = models.BigIntegerField(default=0)
    recovery_digests = ArrayField(models.CharField(max_length=64), default=list, blank=True)
