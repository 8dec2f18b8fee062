"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings.production")

application = get_wsgi_application()

from backend.config.checks import refuse_unsafe_database  # noqa: E402 (needs settings)

refuse_unsafe_database()
