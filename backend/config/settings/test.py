"""The test suite: cheap passwords, no pool (a database with open connections cannot be cloned or dropped)."""

from datetime import timedelta

from backend.config.settings.base import *  # noqa: F403
from backend.config.settings.base import env
from backend.config.settings.budgets import read_budgets
from backend.config.settings.database import connect

ENVIRONMENT = "test"
SECRET_KEY = "test-only-" + "k" * 40
JWT_SIGNING_KEY = ""
SANDBOX = True
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# The plugin of `python -m pytest` sets the URL; the fallback lets type checkers read settings without a server.
DATABASES = {"default": connect(env, pooled=False, default_url="postgresql://nobody@/nothing", is_sandbox=SANDBOX)}
# What a test works out between two statements takes as long as the machine is busy.
DATABASES["default"]["OPTIONS"]["options"] += " -c idle_in_transaction_session_timeout=0"
STATIC_ROOT = None
WHITENOISE_AUTOREFRESH = True  # do not list every static file for each test client
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
BUDGETS = read_budgets("requests=1000000/60")  # the suite is one caller; the defaults have tests of their own
PROOF_LIFETIME = timedelta(days=1)  # a module's callers sign in once, and the machine may be busy
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
