"""Where the operations of this app are found, below `/v1/`."""

from backend.care.api import (
    advice,
    assessments,
    check_ins,
    course_plans,
    course_progress,
    courses,
    records,
    screenings,
)
from backend.common.http.routes import route

_ASSESSMENT = "assessments/<uuid:assessment_id>"
_VISIT = "appointments/<uuid:appointment_id>"
_RECORD = f"{_VISIT}/session-record"

urlpatterns = [
    route("screenings/<uuid:screening_id>/clear", post=screenings.ClearScreening),
    route("patients/<uuid:patient_id>/assessments", get=assessments.ListAssessments, post=assessments.CreateAssessment),
    route(_ASSESSMENT, get=assessments.GetAssessment, patch=assessments.UpdateAssessment),
    route(f"{_ASSESSMENT}/sign", post=assessments.SignAssessment),
    route(f"{_ASSESSMENT}/amend", post=assessments.AmendAssessment),
    route(f"{_ASSESSMENT}/versions", get=assessments.ListAssessmentVersions),
    route(_RECORD, get=records.GetSessionRecord, post=records.CreateSessionRecord, patch=records.UpdateSessionRecord),
    route(f"{_RECORD}/sign", post=records.SignSessionRecord),
    route(f"{_RECORD}/amend", post=records.AmendSessionRecord),
    route(f"{_VISIT}/advice", get=advice.GetAdvice),
    route(f"{_VISIT}/check-ins", get=check_ins.ListCheckIns, post=check_ins.CreateCheckIn),
    route(
        "clinics/<uuid:clinic_id>/advice-templates",
        get=advice.ListAdviceTemplates,
        post=advice.CreateAdviceTemplate,
    ),
    route("advice-templates/<uuid:template_id>/approve", post=advice.ApproveAdviceTemplate),
    route("advice-templates/<uuid:template_id>/activate", post=advice.ActivateAdviceTemplate),
    route("courses", get=courses.ListCourses, post=courses.CreateCourse),
    route("courses/<uuid:course_id>", get=courses.GetCourse),
    route("courses/<uuid:course_id>/plan", post=course_plans.PlanCourse),
    route("courses/<uuid:course_id>/book", post=course_plans.BookCourse),
    route("courses/<uuid:course_id>/close", post=courses.CloseCourse),
    route("courses/<uuid:course_id>/review", post=courses.ReviewCourse),
    route("courses/<uuid:course_id>/progress", get=course_progress.GetCourseProgress),
]
