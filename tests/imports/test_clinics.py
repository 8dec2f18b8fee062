"""clinics.csv: a clinic with rooms, hours and services; what the file no longer says is withdrawn, not forgotten."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.appointments.models import Appointment
from backend.audit.models import AuditEntry
from backend.clinics.models import Clinic, ClinicService, OpeningHours, Room
from backend.events.models import DomainEvent
from tests.appointments.rows import add_visit
from tests.cast import MON, SAT, Cast
from tests.imports.files import CALGARY, Importer, as_csv

SAME = ["0 created, 0 changed, 1 unchanged.", "Nothing to change: all is as the file says."]


def calgary() -> Clinic:
    return Clinic.objects.get(external_ref="c-1")


def monday_visit(cast: Cast) -> Appointment:
    return add_visit(
        service=cast.physio_follow_up,
        practitioner=cast.ims,
        room=Room.objects.filter(clinic=cast.coquitlam, kind="treatment")[0],
        starts_at=cast.at(cast.coquitlam, MON, "10:00"),
        patient=cast.patient,
    )


def test_a_clinic_is_opened_with_all_that_the_file_says(cast: Cast, imports: Importer) -> None:
    assert imports.done("clinics", [CALGARY]) == ["1 created, 0 changed, 0 unchanged."]
    clinic = calgary()
    assert (clinic.slug, clinic.province, clinic.postal_code) == ("calgary", "AB", "T2P 1B3")
    assert (clinic.latitude, str(clinic.phone), clinic.is_active) == (Decimal("51.0455"), "+14035550100", True)
    rooms = Room.objects.filter(clinic=clinic).values_list("name", "kind")
    assert set(rooms) == {("Room 1", "treatment"), ("Room 2", "consultation")}
    offers = ClinicService.objects.filter(clinic=clinic).values_list("service__code", flat=True)
    assert set(offers) == {"ims-assessment", "physio-initial"}
    hours = OpeningHours.objects.filter(clinic=clinic)
    assert set(hours.values_list("weekday", "from_minute", "until_minute")) == {
        *((day, 480, 1080) for day in range(MON, SAT)),
        (SAT, 540, 780),
    }
    assert {one.valid_from for one in hours} == {cast.today(clinic)}
    entry = AuditEntry.objects.get(subject_id=clinic.pk)
    assert (entry.action, entry.after["rooms"]) == ("clinic.created", ["Room 1:treatment", "Room 2:consultation"])
    assert DomainEvent.objects.get(subject_id=clinic.pk).type == "clinic.created.v1"


def test_the_same_file_again_changes_nothing_and_says_so(cast: Cast, imports: Importer) -> None:
    imports.done("clinics", [CALGARY])
    entries, hours = AuditEntry.objects.count(), set(OpeningHours.objects.values_list("pk", "version"))
    assert imports.done("clinics", [CALGARY]) == SAME
    assert AuditEntry.objects.count() == entries
    assert set(OpeningHours.objects.values_list("pk", "version")) == hours
    assert not Room.objects.filter(clinic=calgary(), version__gt=1).exists()


def test_what_the_file_no_longer_says_is_withdrawn(cast: Cast, imports: Importer) -> None:
    imports.done("clinics", [CALGARY])
    today = cast.today(calgary())
    OpeningHours.objects.filter(clinic=calgary()).update(valid_from=today - timedelta(days=30))
    fewer = {**CALGARY, "rooms": "Room 2:treatment", "services": "", "opening_hours": "Mon-Fri 08:00-18:00"}
    assert imports.done("clinics", [fewer])[-1] == "0 created, 1 changed, 0 unchanged."
    rooms = Room.objects.filter(clinic=calgary()).order_by("name").values_list("name", "kind", "is_active")
    assert list(rooms) == [("Room 1", "treatment", False), ("Room 2", "treatment", True)]
    assert not ClinicService.objects.filter(clinic=calgary(), is_active=True).exists()
    saturday = OpeningHours.objects.get(clinic=calgary(), weekday=SAT)
    assert saturday.valid_until == today - timedelta(days=1)
    entry = AuditEntry.objects.get(subject_id=calgary().pk, action="clinic.changed")
    assert entry.before.keys() == {"rooms", "services", "opening_hours"}
    assert imports.done("clinics", [fewer]) == SAME
    imports.done("clinics", [CALGARY])
    assert Room.objects.filter(clinic=calgary(), is_active=True).count() == 2
    assert ClinicService.objects.filter(clinic=calgary(), is_active=True).count() == 2


def test_visits_that_are_no_longer_covered_are_told_and_stay(cast: Cast, imports: Importer) -> None:
    visit = monday_visit(cast)
    Clinic.objects.filter(pk=cast.coquitlam.pk).update(external_ref="c-2")
    line = {**CALGARY, "external_ref": "c-2", "slug": "coquitlam", "province": "BC", "timezone": "America/Vancouver"}
    line = {name: line[name] for name in line if name not in ("rooms", "services")}
    report = imports.done("clinics", [{**line, "opening_hours": "Tue-Sat 08:00-18:00"}], "--dry-run")
    assert report[0].startswith(f"no longer covered: visit {visit.pk} on ")
    assert report[0].endswith("10:00 (outside_hours).")
    assert OpeningHours.objects.filter(clinic=cast.coquitlam, weekday=MON, valid_until=None).exists()
    assert imports.done("clinics", [{**line, "opening_hours": "Tue-Sat 08:00-18:00"}])[:1] == report[:1]
    visit.refresh_from_db()
    assert visit.status == "booked"


@pytest.mark.parametrize(
    ("column", "text", "detail"),
    [
        ("slug", "Calgary!", "is not small letters, digits and hyphens"),
        ("slug", "coquitlam", None),
        ("province", "XX", "is none of AB, BC, MB, NB, NL, NS, NT, NU, ON, PE, QC, SK, YT"),
        ("postal_code", "90210", "is not a Canadian postal code such as V3B 0J1"),
        ("latitude", "NaN", "is not degrees from -90 to 90"),
        ("latitude", "1e99999999", "is not degrees from -90 to 90"),
        ("longitude", "-181", "is not degrees from -180 to 180"),
        ("timezone", "Mars/Olympus", "is not an IANA time zone such as America/Edmonton"),
        ("is_active", "yes", "is not true or false"),
        ("opening_hours", "always", "is not hours such as Mon-Fri 08:00-18:00"),
        ("opening_hours", "Fri-Mon 08:00-18:00", 'has days out of order: "Fri-Mon"'),
        ("opening_hours", "Mon-Moo 08:00-18:00", 'has no day "Moo"; days are Mon Tue Wed Thu Fri Sat Sun'),
        ("opening_hours", "Mon 08:00-24:01", "has no time 24:01"),
        ("opening_hours", "Mon 18:00-08:00", "begins no earlier than it ends"),
        (
            "opening_hours",
            "Mon-Fri 08:00-12:00; Tue 11:00-13:00",
            "covers the same time twice: Tue 08:00-12:00 and Tue 11:00-13:00",
        ),
        ("services", "massage; yoga", 'is wrong at "yoga", which is not the code of a service'),
        ("rooms", "Room 1", "is not a room such as Room 1:treatment"),
        ("rooms", "Room 1:sauna", "has none of the kinds treatment, consultation, massage"),
        ("rooms", "A:massage; A:treatment", "names a room twice"),
        ("rooms", ";".join(f"{n}:massage" for n in range(201)), "has more than 200 parts"),
        ("rooms", f"{'x' * 61}:massage", "is longer than 60 characters"),
    ],
)
def test_what_makes_no_sense_is_told(cast: Cast, imports: Importer, column: str, text: str, detail: str | None) -> None:
    [fault] = imports.faults("clinics", [{**CALGARY, column: text}])
    assert fault.startswith(f"line 2, {column}: ")
    assert fault.endswith(f" {detail}." if detail else "another clinic is coquitlam already.")
    assert not Clinic.objects.filter(external_ref="c-1").exists()


def test_a_slug_never_changes(cast: Cast, imports: Importer) -> None:
    imports.done("clinics", [CALGARY])
    [fault] = imports.faults("clinics", [{**CALGARY, "slug": "calgary-west"}])
    assert fault == "line 2, slug: a slug never changes, this one is calgary."


def test_without_an_organisation_nothing_can_be_opened(db: None, imports: Importer) -> None:
    report = imports.faults("clinics", [{**CALGARY, "services": ""}])
    assert report == ["line 1: there is no organisation yet that could have clinics."]


def test_statements_do_not_grow_with_the_lines(cast: Cast, imports: Importer) -> None:
    def statements(count: int) -> int:
        lines = [{**CALGARY, "external_ref": f"{count}-{n}", "slug": f"c-{count}-{n}"} for n in range(count)]
        with CaptureQueriesContext(connection) as seen:
            imports.done("clinics", as_csv(lines))
        return len(seen)

    assert statements(2) == statements(40)
    assert statements(2) == statements(40), "when nothing changes"
