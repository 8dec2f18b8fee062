from django.apps import AppConfig


class AppointmentsConfig(AppConfig):
    name = "backend.appointments"
    label = "appointments"
