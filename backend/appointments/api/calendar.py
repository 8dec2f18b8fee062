"""A visit as a calendar entry (RFC 5545)."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext
from icalendar import Calendar, Event

from backend.appointments.actions.note_visit_read import note_visit_read
from backend.appointments.enums import Status
from backend.appointments.queries.seen import SeenVisit
from backend.appointments.queries.visits import see_visit
from backend.common.http.operations import Call, Operation, Reply
from backend.common.permissions import Permission

_STATUSES = {Status.CANCELLED.value: "CANCELLED", Status.NO_SHOW.value: "CANCELLED"}


class GetAppointmentCalendar(Operation):
    """Get a visit as a calendar entry.

    An iCalendar file with one event. Its UID stays for the life of the visit and its SEQUENCE is `revision`, so that
    a calendar which has it already moves it. Calendars are seen by others: it says when and where, and neither which
    service it is nor who gives it. Sign in to fetch it; hand the file, not the address, to the calendar.
    """

    permission = Permission.APPOINTMENT_READ
    produces = "text/calendar"

    def handle(self, call: Call, appointment_id: uuid.UUID) -> Reply:
        """Signed in; another's visit is as if absent."""
        visit = see_visit(call.actor, appointment_id)
        note_visit_read(call.actor, visit=visit.row)
        headers = {"Content-Disposition": 'attachment; filename="appointment.ics"'}
        return Reply(_calendar(visit).to_ical().decode(), headers=headers)


def _calendar(visit: SeenVisit) -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", "-//Evergreen//Appointments//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    calendar.add_component(_event(visit))
    # The promise is wall time: with the clinic's rules in the file, a calendar need not know today's law (D25).
    # A day more on either side: rules of no days at all would be left out.
    first, last = visit.starts_at.date() - timedelta(days=1), visit.ends_at.date() + timedelta(days=1)
    calendar.add_missing_timezones(first_date=first, last_date=last)
    return calendar


def _event(visit: SeenVisit) -> Event:
    row, clinic = visit.row, visit.row.clinic
    event = Event()
    event.add("UID", f"{row.pk}@evergreen")
    event.add("SEQUENCE", row.revision)
    event.add("DTSTAMP", row.updated_at)
    event.add("LAST-MODIFIED", row.updated_at)
    event.add("DTSTART", visit.starts_at)
    event.add("DTEND", visit.ends_at)
    # No word of service or practitioner: either may tell what somebody is treated for (D11).
    event.add("SUMMARY", gettext("Appointment at %(clinic)s") % {"clinic": clinic.name})
    event.add("LOCATION", f"{clinic.name}, {clinic.street}, {clinic.city}, {clinic.province} {clinic.postal_code}")
    event.add("URL", f"{settings.APP_URL}/appointments/{row.pk}")
    event.add("STATUS", _STATUSES.get(row.status, "CONFIRMED"))
    event.add("CLASS", "PRIVATE")
    return event
