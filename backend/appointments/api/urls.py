"""Addresses of the booking operations, below `/v1/`."""

from backend.appointments.api import (
    at_risk,
    attendance,
    calendar,
    close_account,
    day,
    eligibility,
    explain,
    history,
    holds,
    moves,
    problems,
    reassign,
    search,
    series,
    steps,
    swap,
    visits,
    waitlist,
    waitlist_offers,
)
from backend.common.http.routes import route

problems.describe()

_VISIT = "appointments/<uuid:appointment_id>"

urlpatterns = [
    route("me/close", post=close_account.CloseAccount),
    route("clinics/<uuid:clinic_id>/day", get=day.GetClinicDay),
    route("clinics/<uuid:clinic_id>/at-risk", get=at_risk.ListClinicAtRiskAppointments),
    route("practitioners/<uuid:practitioner_id>/at-risk", get=at_risk.ListAtRiskAppointments),
    route("slots", get=search.ListSlots),
    route("slots/next", get=explain.NextSlots),
    route("slots/explain", get=explain.ExplainSlot),
    route("patients/<uuid:patient_id>/eligibility", get=eligibility.GetEligibility),
    route("patients/<uuid:patient_id>/attendance", get=attendance.GetPatientAttendance),
    route("holds", get=holds.ListHolds, post=holds.CreateHold),
    route("holds/<uuid:hold_id>", get=holds.GetHold, delete=holds.DeleteHold),
    route("holds/<uuid:hold_id>/extend", post=holds.ExtendHold),
    route("appointments", get=visits.ListAppointments, post=visits.CreateAppointment),
    route(_VISIT, get=visits.GetAppointment, patch=visits.UpdateAppointment),
    route(f"{_VISIT}/calendar.ics", get=calendar.GetAppointmentCalendar),
    route(f"{_VISIT}/history", get=history.ListAppointmentHistory),
    route(f"{_VISIT}/reschedule", post=moves.RescheduleAppointment),
    route(f"{_VISIT}/swap", post=swap.SwapAppointments),
    route(f"{_VISIT}/reassign", post=reassign.ReassignAppointment),
    route("practitioners/<uuid:practitioner_id>/reassign", post=reassign.ReassignVisits),
    route("series/plan", post=series.PlanSeries),
    route(f"{_VISIT}/cancel", post=steps.CancelAppointment),
    route(f"{_VISIT}/confirm", post=steps.ConfirmAppointment),
    route(f"{_VISIT}/check-in", post=steps.CheckInAppointment),
    route(f"{_VISIT}/start", post=steps.StartAppointment),
    route(f"{_VISIT}/complete", post=steps.CompleteAppointment),
    route(f"{_VISIT}/no-show", post=steps.MarkAppointmentNoShow),
    route("waitlist-entries", get=waitlist.ListWaitlistEntries, post=waitlist.CreateWaitlistEntry),
    route("waitlist-entries/<uuid:entry_id>", get=waitlist.GetWaitlistEntry, delete=waitlist.DeleteWaitlistEntry),
    route("waitlist-entries/<uuid:entry_id>/move", post=waitlist.MoveWaitlistEntry),
    route("waitlist-offers/<uuid:offer_id>", get=waitlist_offers.GetWaitlistOffer),
    route("waitlist-offers/<uuid:offer_id>/accept", post=waitlist_offers.AcceptWaitlistOffer),
    route("waitlist-offers/<uuid:offer_id>/decline", post=waitlist_offers.DeclineWaitlistOffer),
]
