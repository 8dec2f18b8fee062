"""Closed lists of the patients app."""

from django.db import models


class LinkOrigin(models.TextChoices):
    """How a patient came to be visible at a clinic (R23)."""

    BOOKING = "booking"
    DESK = "desk"


class Relationship(models.TextChoices):
    """What a guardian is to the person looked after (D2)."""

    PARENT = "parent"
    CHILD = "child"
    SPOUSE = "spouse"
    LEGAL_GUARDIAN = "legal_guardian"
    OTHER = "other"


class GuardianScope(models.TextChoices):
    """What a guardian may do: `book` visits, see them and agree to texts; `read` visits and consents; answer and read
    the `screening`; be written to (`messages`) in the patient's place. Whoever looks after somebody sees who they are.
    """

    BOOK = "book"
    READ = "read"
    SCREENING = "screening"
    MESSAGES = "messages"


class GuardianshipEnd(models.TextChoices):
    """Why somebody no longer looks after a patient: by the wish of the guardian, of the patient or of staff, because
    its last date has passed, or because the patient came of age; `none` while it lasts."""

    NONE = "none"
    GUARDIAN = "guardian"
    PATIENT = "patient"
    STAFF = "staff"
    LAST_DATE = "last_date"
    MAJORITY = "majority"


class Tie(models.TextChoices):
    """What the caller is to a patient they may act for: the person themselves, or what their guardianship says."""

    SELF = "self"
    PARENT = "parent"
    CHILD = "child"
    SPOUSE = "spouse"
    LEGAL_GUARDIAN = "legal_guardian"
    OTHER = "other"


class Match(models.TextChoices):
    """In what a possible duplicate is the same."""

    EMAIL = "email"
    PHONE = "phone"
    NAME_AND_BIRTH_DATE = "name_and_birth_date"


class BodyRegion(models.TextChoices):
    """The part of the body that was assessed and is treated; a clearance carries it for the record (R15)."""

    LOWER_BACK = "lower_back"
    NECK = "neck"
    SHOULDER = "shoulder"
    HIP = "hip"
    OTHER = "other"


class ClearanceEnd(models.TextChoices):
    """Why a clearance ended before its time; later ones can follow."""

    REVERSED = "reversed"
    OTHER = "other"


class Party(models.TextChoices):
    """On whose side somebody entered something for a patient."""

    PATIENT = "patient"
    GUARDIAN = "guardian"
    STAFF = "staff"


class QuestionCode(models.TextChoices):
    """The six questions before needling (D10). Members may be added: show the question's text for an unknown one."""

    CANCER_RELATED_PAIN = "cancer_related_pain"
    RHEUMATOID_ARTHRITIS = "rheumatoid_arthritis"
    DEGENERATIVE_NEUROLOGICAL_CONDITION = "degenerative_neurological_condition"
    OTHER_METABOLIC_NEUROPATHY = "other_metabolic_neuropathy"
    PREGNANCY = "pregnancy"
    RECENT_SURGERY = "recent_surgery"


class Severity(models.TextChoices):
    """What a yes means: nobody may be treated (`absolute`), a certified physiotherapist decides (`ask_clinician`), or
    it is merely noted for who treats (`note`)."""

    ABSOLUTE = "absolute"
    ASK_CLINICIAN = "ask_clinician"
    NOTE = "note"


class ScreeningOutcome(models.TextChoices):
    """What a set of answers means for booking: the gravest of its yeses."""

    CLEAR = "clear"
    ASK_CLINICIAN = "ask_clinician"
    BLOCKED = "blocked"


class ScreeningStatus(models.TextChoices):
    """Where a set of answers stands: `cleared` once a physiotherapist decided for it."""

    CLEAR = "clear"
    ASK_CLINICIAN = "ask_clinician"
    CLEARED = "cleared"
    BLOCKED = "blocked"
