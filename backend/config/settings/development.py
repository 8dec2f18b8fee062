"""A developer's machine and the demo: convenient, never reachable from outside."""

from backend.config.settings.base import *  # noqa: F403
from backend.config.settings.base import STATE, env
from backend.config.settings.budgets import read_budgets
from backend.config.settings.database import connect

ENVIRONMENT = "development"
SECRET_KEY = env.str("SECRET_KEY", default="development-only-" + "k" * 40)
JWT_SIGNING_KEY = env.str("JWT_SIGNING_KEY", default="")
# Off unless asked for: with it Django answers errors in HTML, which the contract forbids.
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env.list("ALLOWED_HOSTS", default=[])]
CORS_ALLOWED_ORIGIN_REGEXES = [r"^http://(localhost|127\.0\.0\.1):\d+$"]
SANDBOX = env.bool("SANDBOX", default=True)
# Room for storms of one's own; guesses and look-ups are bounded as in production.
_ROOM = [
    f"{name}=100000/60" for name in ("requests", "sign_in", "sign_in_address", "sign_in_account", "register", "mail")
]
_ROOM += [
    f"{name}=100000/60" for name in ("mails", "refresh", "refresh_address", "hold", "hold_address", "book", "plan")
]
BUDGETS = read_budgets(",".join([*_ROOM, env.str("BUDGETS", default="")]))
# While `make run` runs, `./manage.py shell` finds its database; the last resort lets commands without one work.
_demo = STATE / "database-url"
_demo_url = _demo.read_text() if _demo.exists() else "postgresql://nobody@/nothing"
DATABASES = {"default": connect(env, pooled=True, default_url=_demo_url, is_sandbox=SANDBOX)}
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True  # no collectstatic before the first page

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(STATE / "mail")
if env.str("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
