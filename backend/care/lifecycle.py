"""The life of a course as one table. A trigger refuses every other step; a test proves the two equal.

`actions._course` alone writes `status`, by this table.
"""

from collections.abc import Mapping

from backend.care.enums import CourseStatus

# A course is born planned; from where each other state is entered.
COURSE_BIRTH = CourseStatus.PLANNED
COURSE_STEPS: Mapping[CourseStatus, frozenset[CourseStatus]] = {
    CourseStatus.ACTIVE: frozenset({CourseStatus.PLANNED}),
    CourseStatus.COMPLETED: frozenset({CourseStatus.ACTIVE}),
    CourseStatus.ENDED_EARLY: frozenset({CourseStatus.PLANNED, CourseStatus.ACTIVE}),
}
