"""The desk's day in an answer."""

from backend.appointments.api.shapes import LIFE
from backend.appointments.enums import AppointmentStatus
from backend.clinics.enums import RoomKind
from backend.common.http import fields
from backend.common.http.serializers import StrictSerializer, list_of

MOST = 1000


class DayQuery(StrictSerializer):
    """Which day."""

    date = fields.DateField(required=False, help_text="The local date at the clinic; absent: today there.")


class TimeSpan(StrictSerializer):
    """A span of time, by the clinic's clock."""

    starts_at = fields.DateTimeField(help_text="When it begins, with the clinic's offset.")
    ends_at = fields.DateTimeField(help_text="When it ends, with the clinic's offset.")


class DayClosure(TimeSpan):
    """A span in which the clinic is shut."""

    reason = fields.CharField(max_length=200, help_text="Why the clinic is shut, as its staff wrote it.")


class TakenTime(TimeSpan):
    """Time that is taken, for the patient and, with buffers, for practitioner and room."""

    occupied_from_at = fields.DateTimeField(help_text="From when practitioner and room are taken, to prepare.")
    occupied_until_at = fields.DateTimeField(help_text="Until when practitioner and room are taken, to tidy up.")
    practitioner_id = fields.UUIDField(help_text="Whose time is taken, by id; the same visit is in both columns.")
    room_id = fields.UUIDField(help_text="Which room is taken, by id; the same visit is in both columns.")


class DayVisit(TakenTime):
    """A visit as a calendar shows it; all about it is at getAppointment."""

    appointment_id = fields.UUIDField(help_text="The visit; its whole description is at getAppointment.")
    status = fields.ChoiceField(AppointmentStatus, help_text=LIFE)
    service_id = fields.UUIDField(help_text="The service of the visit, by id.")
    service_name = fields.CharField(max_length=120, help_text="What the service is called, in the caller's language.")
    practitioner_name = fields.CharField(max_length=201, help_text="Who gives the visit, by name.")
    patient_id = fields.UUIDField(help_text="Whom the visit is for, by id.")
    patient_name = fields.CharField(max_length=201, help_text="Whom the visit is for, by name.")
    room_name = fields.CharField(max_length=60, help_text="The room, as its door names it.")


class DayHold(TakenTime):
    """A start that somebody is just booking. Whose it is, and for whom, nobody else is told."""

    expires_at = fields.DateTimeField(help_text="When the time is free again unless it is booked before.")


class Column(StrictSerializer):
    """What takes time, and what is left."""

    visits = list_of(DayVisit, max_length=MOST, help_text="The visits by start, cancelled and missed ones among them.")
    holds = list_of(DayHold, max_length=MOST, help_text="Starts that are held just now, by start.")
    free = list_of(TimeSpan, max_length=MOST, help_text="What is left: hours less closures, time off, visits, holds.")


class PractitionerColumn(Column):
    """The day of a practitioner."""

    practitioner_id = fields.UUIDField(help_text="The practitioner. The public profile is at getPractitioner.")
    name = fields.CharField(max_length=201, help_text="Given and family name, as patients know the practitioner.")
    title = fields.CharField(max_length=100, help_text="The professional title, in the caller's language.")
    working = list_of(TimeSpan, max_length=MOST, help_text="Hours at this clinic that day, weekly and extra ones.")
    time_off = list_of(TimeSpan, max_length=MOST, help_text="When the practitioner is away, whatever the reason.")
    elsewhere = list_of(TimeSpan, max_length=MOST, help_text="Time taken at other clinics of the chain.")


class RoomColumn(Column):
    """The day of one room: its visits, blocks and free time."""

    room_id = fields.UUIDField(help_text="The room. Its whole description is at getRoom.")
    name = fields.CharField(max_length=60, help_text="The room, as its door names it.")
    kind = fields.ChoiceField(RoomKind, help_text="What the room is fit for.")


class ClinicDay(StrictSerializer):
    """A clinic on one local date. All spans lie within it; a visit that crosses midnight is whole."""

    clinic_id = fields.UUIDField(help_text="The clinic. Its whole description is at getClinic.")
    date = fields.DateField(help_text="The local date at the clinic.")
    timezone = fields.CharField(max_length=40, help_text="The clinic's IANA time zone.")
    open = list_of(TimeSpan, max_length=MOST, help_text="Opening hours of that date; closures are not yet taken off.")
    closures = list_of(DayClosure, max_length=MOST, help_text="When and why the clinic is shut that date.")
    practitioners = list_of(
        PractitionerColumn, max_length=MOST, help_text="Who works or has visits there that date, by name."
    )
    rooms = list_of(RoomColumn, max_length=MOST, help_text="The rooms by name; none for a practitioner who calls.")
