"""Everything below `/v1/`: the routes of every app's `api`, mounted in one list."""

from importlib import import_module

from django.conf import settings
from django.urls import re_path

from backend.accounts.api import urls as accounts
from backend.appointments.api import urls as appointments
from backend.care.api import urls as care
from backend.clinics.api import urls as clinics
from backend.common.http import reference
from backend.common.http.problems import not_found
from backend.patients.api import urls as patients
from backend.practitioners.api import urls as practitioners
from backend.privacy.api import urls as privacy
from backend.tasks.api import urls as tasks

urlpatterns = [
    *reference.urlpatterns,
    *accounts.urlpatterns,
    *clinics.urlpatterns,
    *tasks.urlpatterns,
    *practitioners.urlpatterns,
    *patients.urlpatterns,
    *appointments.urlpatterns,
    *care.urlpatterns,
    *privacy.urlpatterns,
    *(import_module("backend.config.sandbox.api").urlpatterns if settings.SANDBOX else []),
    re_path("", not_found),
]
