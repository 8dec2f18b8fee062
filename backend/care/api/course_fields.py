"""Closed lists of courses as they are shown, with a name for what is kept from who looks."""

from enum import StrEnum

from backend.care.enums import CourseEnd
from backend.care.queries.courses import NOT_SHOWN
from backend.patients.enums import BodyRegion


class RegionShown(StrEnum):
    """The region of a course; `not_shown` to those who plan visits only."""

    LOWER_BACK = BodyRegion.LOWER_BACK.value
    NECK = BodyRegion.NECK.value
    SHOULDER = BodyRegion.SHOULDER.value
    HIP = BodyRegion.HIP.value
    OTHER = BodyRegion.OTHER.value
    NOT_SHOWN = NOT_SHOWN


class WhyClosed(StrEnum):
    """Why a course was closed; `not_shown` to those who plan visits only."""

    NONE = CourseEnd.NONE.value
    GOAL_REACHED = CourseEnd.GOAL_REACHED.value
    NO_BENEFIT = CourseEnd.NO_BENEFIT.value
    WORSE = CourseEnd.WORSE.value
    REFERRED_ON = CourseEnd.REFERRED_ON.value
    PATIENT_CHOICE = CourseEnd.PATIENT_CHOICE.value
    OTHER = CourseEnd.OTHER.value
    NOT_SHOWN = NOT_SHOWN


class EndReason(StrEnum):
    """Why a course is closed, as whoever closes it says."""

    GOAL_REACHED = CourseEnd.GOAL_REACHED.value
    NO_BENEFIT = CourseEnd.NO_BENEFIT.value
    WORSE = CourseEnd.WORSE.value
    REFERRED_ON = CourseEnd.REFERRED_ON.value
    PATIENT_CHOICE = CourseEnd.PATIENT_CHOICE.value
    OTHER = CourseEnd.OTHER.value
