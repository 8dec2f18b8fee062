"""Where patients' data lives: refuses to start on anything missing, weak or left at its default."""

import base64
import binascii
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from backend.config import logging as logs
from backend.config.settings.base import *  # noqa: F403
from backend.config.settings.base import env
from backend.config.settings.database import connect

ENVIRONMENT = "production"
REQUIRE_SAFE_DATABASE = True


def _required(name: str) -> str:
    value: str = env.str(name, default="")
    if not value.strip():
        raise ImproperlyConfigured(f"{name} must be set in production.")
    return value


def _secret(name: str) -> str:
    value = _required(name)
    if len(value) < 50 or len(set(value)) < 10 or "only-" in value or value.startswith("django-insecure"):
        raise ImproperlyConfigured(f"{name} must be at least 50 random characters, not a default.")
    return value


def _signing_key(name: str) -> str:
    return _checked_key(name, _required(name))


def _checked_key(name: str, value: str) -> str:
    try:
        seed = base64.b64decode(value, validate=True)
    except binascii.Error:
        seed = b""
    if len(seed) != 32 or len(set(seed)) < 10 or b"only-" in seed:
        raise ImproperlyConfigured(f"{name} must be 32 random bytes in base64: openssl rand -base64 32")
    return value


def _web_app(name: str) -> str:
    value = _required(name).strip().rstrip("/")
    parts = urlsplit(value)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise ImproperlyConfigured(f"{name} must be an https address: mails send people and their tokens there.")
    return value


def _hosts(name: str) -> list[str]:
    hosts = [host.strip() for host in _required(name).split(",") if host.strip()]
    if not hosts or any("*" in host for host in hosts):
        raise ImproperlyConfigured(f"{name} must name the hosts this API answers for; '*' answers for anybody's.")
    return hosts


if env.bool("DEBUG", default=False):
    raise ImproperlyConfigured("DEBUG must be off in production: its pages show settings and patients' data.")

SECRET_KEY = _secret("SECRET_KEY")
JWT_SIGNING_KEY = _signing_key("JWT_SIGNING_KEY")
# Read already by `base`; a bad one would else fail the first sign-in and not the start.
JWT_PREVIOUS_KEYS = [_checked_key("JWT_PREVIOUS_KEYS", key) for key in env.list("JWT_PREVIOUS_KEYS", default=[])]
APP_URL = _web_app("APP_URL")
ALLOWED_HOSTS = _hosts("ALLOWED_HOSTS")
_required("DATABASE_URL")
DATABASES = {"default": connect(env, pooled=True)}

CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
# Only behind a proxy that sets the header itself; a client could claim TLS otherwise.
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    if env.int("TRUSTED_PROXIES", default=0) < 1:
        raise ImproperlyConfigured(
            "TRUSTED_PROXIES must count the proxies: else all callers share one address's budgets."
        )
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
LOGGING = logs.settings(as_json=True, level=env.str("LOG_LEVEL", default="INFO"))
