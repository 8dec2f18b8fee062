"""Closed lists of the clinics app."""

from django.db import models


class Province(models.TextChoices):
    """Provinces and territories of Canada, by ISO 3166-2 letters."""

    AB = "AB"
    BC = "BC"
    MB = "MB"
    NB = "NB"
    NL = "NL"
    NS = "NS"
    NT = "NT"
    NU = "NU"
    ON = "ON"
    PE = "PE"
    QC = "QC"
    SK = "SK"
    YT = "YT"


class RoomKind(models.TextChoices):
    """What a room is fit for. A service asks for exactly one kind."""

    TREATMENT = "treatment"
    CONSULTATION = "consultation"
    MASSAGE = "massage"


class Discipline(models.TextChoices):
    """Fields of practice. IMS is its own, never filed under acupuncture (D6)."""

    PHYSIOTHERAPY = "physiotherapy"
    IMS = "ims"
    MASSAGE_THERAPY = "massage_therapy"


class CredentialKind(models.TextChoices):
    """Proofs a service may require of its practitioner (D4)."""

    REGISTRATION = "registration"
    IMS_CERTIFICATE = "ims_certificate"
    NEEDLING_AUTHORISATION = "needling_authorisation"


class Role(models.TextChoices):
    """What a person is to the chain. `patient` is everyone with an account; the others come from a membership."""

    PATIENT = "patient"
    FRONT_DESK = "front_desk"
    PRACTITIONER = "practitioner"
    CLINIC_MANAGER = "clinic_manager"
    OWNER = "owner"


class Weekday(models.IntegerChoices):
    """Days of the week as ISO 8601 numbers them."""

    MONDAY = 1
    TUESDAY = 2
    WEDNESDAY = 3
    THURSDAY = 4
    FRIDAY = 5
    SATURDAY = 6
    SUNDAY = 7


class ColdOrHeat(models.TextChoices):
    """What a clinic tells patients to use after needles: sources disagree, so each clinic chooses (D20)."""

    UNDECIDED = "undecided"
    COLD = "cold"
    HEAT = "heat"


class QuestionTopic(models.TextChoices):
    """What a question about a service is about, so that apps can place an answer without reading it (D22)."""

    DOES_IT_HURT = "does_it_hurt"
    WHAT_TO_EXPECT = "what_to_expect"
    HOW_MANY_VISITS = "how_many_visits"
    HOW_SOON_IT_WORKS = "how_soon_it_works"
    HOW_LONG_IT_LASTS = "how_long_it_lasts"
    WHAT_TO_DO_AFTER = "what_to_do_after"
    UNLIKE_ACUPUNCTURE = "unlike_acupuncture"
    OTHER = "other"


class ApiScope(models.TextChoices):
    """What a key is for: `read` shows, `write` also changes. Never health data, staff or keys. To book for patients it
    needs `patients:read`, too. Members may be added.
    """

    APPOINTMENTS_READ = "appointments:read"
    APPOINTMENTS_WRITE = "appointments:write"
    PATIENTS_READ = "patients:read"
    PATIENTS_WRITE = "patients:write"
    SCHEDULES_READ = "schedules:read"
    SCHEDULES_WRITE = "schedules:write"
    TASKS_READ = "tasks:read"
    TASKS_WRITE = "tasks:write"
