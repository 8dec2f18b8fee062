"""The WSGI application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings.production")

application = get_wsgi_application()

from backend.config.checks import refuse_unsafe_database  # noqa: E402 (needs settings)

refuse_unsafe_database()

# A search makes thousands of small things, none of them in rings: to look for some after each 700, and through all
# that was loaded above, took 6 % of its time.
gc.freeze()
gc.set_threshold(20_000, 10, 10)
