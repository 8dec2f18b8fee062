"""Tells lower layers what only upper ones know: whose rights need no role, what a breached constraint means."""

from django.utils.module_loading import autodiscover_modules

from backend.accounts import errors as accounts
from backend.accounts.duty import ask_of_duty
from backend.appointments import errors as appointments
from backend.appointments.actions.diary import AppointmentDiary
from backend.appointments.queries.decisions import learn_decisions_by
from backend.care import errors as care
from backend.care.queries.assessments import decision_about
from backend.clinics import errors as clinics
from backend.clinics.consequences import keep_diary
from backend.clinics.enums import Role
from backend.clinics.queries.expansions import name_practitioners_by
from backend.clinics.queries.second_factor import must_have_second_factor
from backend.clinics.roles import ROLE_PERMISSIONS, SCOPE_PERMISSIONS
from backend.common import db
from backend.common.http import access, keys
from backend.patients import errors as patients
from backend.practitioners import errors as practitioners
from backend.practitioners.queries.public import practitioners_by_clinic
from backend.privacy import errors as privacy
from backend.tasks import errors as tasks


def connect() -> None:
    """Run once, when all apps are ready."""
    access.let_patients(ROLE_PERMISSIONS[Role.PATIENT])
    keys.let_keys(one for held in SCOPE_PERMISSIONS.values() for one in held)
    for app in (accounts, appointments, care, clinics, patients, practitioners, privacy, tasks):
        db.name_constraints(app.CONSTRAINT_ERRORS)
    name_practitioners_by(practitioners_by_clinic)
    ask_of_duty(must_have_second_factor)
    keep_diary(AppointmentDiary())
    learn_decisions_by(decision_about)
    autodiscover_modules("subscribers")
