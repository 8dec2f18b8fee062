"""What the wait list takes and answers."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError

from backend.appointments.api.shapes import ClinicSummary, PatientSummary, PractitionerSummary, ServiceSummary
from backend.appointments.enums import LIVE_STATUSES, DayPart, OfferStatus, WaitlistStatus
from backend.appointments.models import WaitlistOffer as OfferRow
from backend.appointments.models import WaitlistPlace as PlaceRow
from backend.appointments.queries.waitlist import SeenEntry
from backend.common.errors import FieldCode
from backend.common.http import fields
from backend.common.http.serializers import PageQuery, StrictSerializer, list_of
from backend.common.walltime import zone

_WEEKDAYS = "Days of the week by ISO 8601, 1 is Monday; none means any."
_DAY_PARTS = "Parts of the day by the start of the visit: before 12:00, before 17:00, or later; none means any."
STATUS = (
    "Where it stands. waiting ⇄ offered, offered → booked; left and expired are the other ends. `expired`: its dates "
    "are over, or several offers in a row were not answered."
)


class WaitlistWindow(StrictSerializer):
    """Dates on which a visit would suit."""

    first_date = fields.DateField(help_text="The first date that suits, on the clinic's calendar.")
    last_date = fields.DateField(help_text="The last date that suits, included; a year ahead at most.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The dates in their order."""
        if attrs["last_date"] < attrs["first_date"]:
            before = ErrorDetail(str(_("This lies before first_date.")), code=FieldCode.TOO_SMALL.value)
            raise ValidationError({"last_date": [before]})
        return attrs


class WaitlistEntryRequest(StrictSerializer):
    """What somebody waits for. The more suits, the sooner there is an offer."""

    service_id = fields.UUIDField(help_text="The service to be booked, as `service_id` of listSlots.")
    windows = list_of(WaitlistWindow, min_length=1, max_length=10, help_text="The dates that suit, one span or more.")
    clinic_ids = fields.ListField(
        child=fields.UUIDField(), min_length=1, max_length=10, help_text="The clinics that suit; each has a queue."
    )
    practitioner_ids = fields.ListField(
        child=fields.UUIDField(),
        required=False,
        default=list,
        max_length=20,
        help_text="Who may give the visit; none means anybody at these clinics.",
    )
    weekdays = fields.ListField(
        child=fields.IntegerField(min_value=1, max_value=7),
        required=False,
        default=list,
        max_length=7,
        help_text=_WEEKDAYS,
    )
    day_parts = fields.ListField(
        child=fields.ChoiceField(DayPart), required=False, default=list, max_length=3, help_text=_DAY_PARTS
    )
    patient_id = fields.UUIDField(
        required=False,
        help_text="Who waits: a dependant, or for staff any patient they may see. Absent: the caller; staff must say.",
    )
    gives_back_appointment_id = fields.UUIDField(
        required=False,
        help_text="A later visit of the patient for the same service, to be let go when an offer is accepted. Only "
        "earlier times are offered then.",
    )


class WaitlistQuery(PageQuery):
    """Which entries to list, of those the caller may see. Filters narrow."""

    clinic = fields.UUIDField(required=False, help_text="Only entries that wait at this clinic, in its queue's order.")
    service = fields.UUIDField(required=False, help_text="Only entries for this service, by its id.")
    status = fields.ListField(
        child=fields.ChoiceField(WaitlistStatus),
        required=False,
        max_length=len(WaitlistStatus),
        help_text="Only entries in one of these states; repeat it for several. Without it: all, ended ones too.",
    )


class MoveWaitlistEntryRequest(StrictSerializer):
    """Where in the queue an entry is to stand."""

    clinic_id = fields.UUIDField(help_text="The clinic whose queue it is; places at other clinics stay.")
    before_entry_id = fields.UUIDField(
        allow_null=True, help_text="The entry to stand before, waiting there for the same service; null: at the end."
    )
    reason = fields.CharField(max_length=200, help_text="Why it is moved; kept in the audit log.")


class WaitlistPlace(StrictSerializer):
    """An entry's place in the queue of one clinic."""

    clinic_id = fields.UUIDField(help_text="The clinic that this queue is of.")
    clinic_name = fields.CharField(
        source="clinic.name", max_length=120, help_text="The name on the door of the clinic."
    )
    position = fields.IntegerField(
        min_value=1,
        allow_null=True,
        help_text="1 is next. Who is ahead may wait for other dates; null once the entry has ended.",
    )


class WaitlistOffer(StrictSerializer):
    """A time that is kept for the patient until it expires. Accept or decline it."""

    id = fields.UUIDField(help_text="The offer; accept or decline it by this id.")
    entry_id = fields.UUIDField(help_text="The entry of the wait list that it was made to.")
    status = fields.ChoiceField(OfferStatus, help_text="What became of it; all but `open` are final.")
    appointment_id = fields.UUIDField(help_text="What keeps the time; once accepted, the visit has this id.")
    clinic_id = fields.UUIDField(help_text="The id of the clinic, as in `clinic`.")
    clinic = ClinicSummary(help_text="Where the visit would be, with address and phone number.")
    practitioner_id = fields.UUIDField(help_text="The id of the practitioner, as in `practitioner`.")
    practitioner = PractitionerSummary(help_text="Who would give the visit, by name and title.")
    starts_at = fields.DateTimeField(help_text="The start that is offered, with the clinic's offset.")
    timezone = fields.CharField(max_length=40, help_text="The clinic's IANA time zone.")
    offered_at = fields.DateTimeField(help_text="When it was offered, by our clock.")
    expires_at = fields.DateTimeField(help_text="Until when it can be accepted, by our clock.")
    expires_in_seconds = fields.IntegerField(
        min_value=0, help_text="How long that is from now; count down from this, not from the phone's clock."
    )


class WaitlistEntry(StrictSerializer):
    """Somebody who waits for a time to become free."""

    id = fields.UUIDField(help_text="The entry; it keeps its id and its places until it ends.")
    status = fields.ChoiceField(WaitlistStatus, help_text=STATUS)
    patient_id = fields.UUIDField(help_text="The id of the patient, as in `patient`.")
    patient = PatientSummary(help_text="The patient who waits, by name.")
    service_id = fields.UUIDField(help_text="The id of the service, as in `service`.")
    service = ServiceSummary(help_text="The service, so that no second call is needed.")
    windows = list_of(WaitlistWindow, max_length=10, help_text="The dates that suit, as they were entered.")
    weekdays = fields.ListField(child=fields.IntegerField(min_value=1, max_value=7), max_length=7, help_text=_WEEKDAYS)
    day_parts = fields.ListField(child=fields.ChoiceField(DayPart), max_length=3, help_text=_DAY_PARTS)
    practitioner_ids = fields.ListField(
        child=fields.UUIDField(), max_length=20, help_text="Who may give the visit; none means anybody."
    )
    places = list_of(WaitlistPlace, max_length=10, help_text="The place in the queue of each clinic that suits.")
    gives_back_appointment_id = fields.UUIDField(
        allow_null=True, help_text="The later visit that is let go when an offer is accepted; null if there is none."
    )
    offers = list_of(WaitlistOffer, max_length=1, help_text="What is offered at this moment: nothing, or one time.")
    created_at = fields.DateTimeField(help_text="Since when the patient has waited.")
    ended_at = fields.DateTimeField(allow_null=True, help_text="When it ended; null while it waits.")

    def to_representation(self, instance: SeenEntry) -> dict[str, Any]:
        """With the place in each queue, and what is offered."""
        row, now = instance.row, instance.now
        is_live = row.status in LIVE_STATUSES
        plain = ("id", "status", "patient_id", "patient", "service_id", "service", "weekdays", "day_parts")
        shown: dict[str, Any] = super().to_representation(
            {
                **{name: getattr(row, name) for name in (*plain, "created_at", "ended_at")},
                "windows": list(row.windows.all()),
                "practitioner_ids": [one.practitioner_id for one in row.practitioners.all()],
                "places": [_place(place, is_live=is_live) for place in row.places.all()],
                "gives_back_appointment_id": row.gives_back_id,
                "offers": [shown_offer(offer, now) for offer in row.open_offers],  # type: ignore[attr-defined]
            }
        )
        return shown


def _place(place: PlaceRow, *, is_live: bool) -> dict[str, Any]:
    position = place.ahead + 1 if is_live else None  # type: ignore[attr-defined]
    return {"clinic_id": place.clinic_id, "clinic": place.clinic, "position": position}


def shown_offer(offer: OfferRow, now: datetime) -> dict[str, Any]:
    """An offer at an instant; the row comes with clinic and practitioner."""
    where = zone(offer.clinic.timezone)
    plain = ("id", "entry_id", "status", "clinic_id", "clinic", "practitioner_id", "practitioner", "offered_at")
    left = (offer.expires_at - now).total_seconds() if offer.status == OfferStatus.OPEN else 0
    return {
        **{name: getattr(offer, name) for name in plain},
        "appointment_id": offer.hold_id,
        "starts_at": offer.starts_at.astimezone(where),
        "timezone": offer.clinic.timezone,
        "expires_at": offer.expires_at,
        "expires_in_seconds": max(0, int(left)),
    }
