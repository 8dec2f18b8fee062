"""What every place shares. Values that differ come from the environment; README lists their names."""

from pathlib import Path

import environ
from corsheaders.defaults import default_headers

from backend.config import logging as logs
from backend.config.settings.api import *  # noqa: F403
from backend.config.settings.budgets import *  # noqa: F403
from backend.config.settings.tokens import *  # noqa: F403

env = environ.Env()
ROOT = Path(__file__).resolve().parents[3]
STATE = ROOT / ".evergreen"

DEBUG = False
ALLOWED_HOSTS: list[str] = []
ROOT_URLCONF = "backend.config.urls"
WSGI_APPLICATION = "backend.config.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "phonenumber_field",
    "procrastinate.contrib.django",
    "backend.common",
    "backend.audit",
    "backend.events",
    "backend.accounts",
    "backend.clinics",
    "backend.tasks",
    "backend.practitioners",
    "backend.patients",
    "backend.appointments",
    "backend.care",
    "backend.privacy",
    "backend.config",
]

MIDDLEWARE = [
    "backend.common.http.middleware.RequestIdMiddleware",
    "backend.config.access_log.AccessLogMiddleware",
    "backend.config.health.HealthMiddleware",  # before host checks: a probe knows only the address
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # weakens ETags, as it must: If-None-Match and If-Match take both
    "backend.common.http.limits.RateLimitMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "backend.common.http.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "backend.config.sandbox.scenarios.ScenarioMiddleware",  # takes itself out where SANDBOX is off
]

TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

SILENCED_SYSTEM_CHECKS = ["security.W003"]  # no cookie carries authority, so there is nothing to forge
# Keys that still read what they signed or encrypted: links, cursors, secrets of second factors.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
PASSWORD_HASHERS = ["backend.accounts.hashers.TunedArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "given_name", "family_name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LOCALE_PATHS = [str(ROOT / "backend" / "locale")]
LANGUAGES = [("en", "English"), ("fr", "Français")]  # fr is Canadian French (D26)
PHONENUMBER_DEFAULT_REGION = "CA"

STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(STATE / "static"))
# Photos and scans of credentials. No URL leads here: operations read and write it.
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(STATE / "media"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_ALLOW_HEADERS = [
    *default_headers,
    *("idempotency-key", "if-match", "if-none-match", "x-sandbox-scenario"),
]
CORS_EXPOSE_HEADERS = [
    *("ETag", "Location", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-Id", "Idempotent-Replayed")
]
# How many proxies of ours stand in front: so many entries from the end of X-Forwarded-For are believed.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Evergreen <no-reply@localhost>")

# The role the API runs as, and the tables it may add to but never change (R27).
APP_DATABASE_ROLE = env.str("APP_DATABASE_ROLE", default="evergreen_app")
APPEND_ONLY_TABLES = [
    "audit_auditentry",
    "audit_seal",
    "events_domainevent",
    "appointments_transition",
    "care_checkin",
    "care_sessionrecordamendment",
]
# The only functions with the owner's rights that it may call: what is due goes through them, see decision 44.
OWNERS_FUNCTIONS = ["destroy_written(uuid, text)", "blank_entries(uuid)"]

# Refused at start where patients' data lives: a database that may forget what it confirmed, a moved clock (R12).
REQUIRE_SAFE_DATABASE = False

# Errors on demand, a clock that moves, a reset that deletes everything: for developers of apps, never for patients.
SANDBOX = False

# The worker: how many jobs at once, each with a connection of its own; after how long without a heartbeat a worker
# counts as dead and its jobs run again. The modules named `jobs` are found by themselves.
WORKER_JOBS = env.int("WORKER_JOBS", default=2)
WORKER_TIMEOUT_SECONDS = env.float("WORKER_TIMEOUT_SECONDS", default=30)
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
EMAIL_TIMEOUT = 20  # a mail server that says nothing would keep a job for ever

# How long a start stays held while its booking is filled in; never more than fifteen minutes.
HOLD_SECONDS = min(env.int("HOLD_SECONDS", default=300), 900)
# How many starts somebody holds at once: patients and guardians, and staff who take bookings (R20).
HOLDS_AT_ONCE = env.int("HOLDS_AT_ONCE", default=3)
STAFF_HOLDS_AT_ONCE = env.int("STAFF_HOLDS_AT_ONCE", default=20)
# How long an offer from the wait list can be answered by day, and after how many unanswered ones an entry ends.
WAITLIST_OFFER_MINUTES = env.int("WAITLIST_OFFER_MINUTES", default=30)
WAITLIST_MISSED_OFFERS = env.int("WAITLIST_MISSED_OFFERS", default=3)

LOGGING_CONFIG = "backend.config.logging.configure"
LOGGING = logs.settings(as_json=False, level=env.str("LOG_LEVEL", default="INFO"))
