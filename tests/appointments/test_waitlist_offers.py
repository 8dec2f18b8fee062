"""What becomes free is offered to who waits, in their order, and kept for them. A massage has one giver, one room."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import User
from backend.appointments.actions.sweep_holds import sweep_holds
from backend.appointments.actions.waitlist.end_entries import end_entries
from backend.appointments.actions.waitlist.look_again import look_again
from backend.appointments.actions.waitlist.offer_free_time import offer_free_time
from backend.appointments.models import WaitlistEntry, WaitlistOffer
from backend.appointments.rules.facts import Window
from backend.audit.models import AuditEntry
from backend.clinics.models import Closure, Service
from backend.events.models import DomainEvent
from backend.patients.models import Consent, ConsentText
from backend.practitioners.models import TimeOff
from tests.appointments.calls import HOLDS, VISITS, api, book, faults, made, refusal, rules, travel, wish
from tests.appointments.test_query_counts import statements
from tests.appointments.waiting import (
    ENTRIES,
    OFFERS,
    answer,
    cancel,
    entry_of,
    full_but_an_hour,
    join,
    offer_of,
    start,
    taken,
    that_day,
    wanted,
)
from tests.cast import MON, TUE, WED, Cast
from tests.jobs import run_jobs


@pytest.fixture
def full(cast: Cast) -> Cast:
    """One hour on a Tuesday is all there is."""
    return full_but_an_hour(cast)


def states() -> list[tuple[str, str]]:
    rows = WaitlistOffer.objects.order_by("offered_at", "pk").select_related("entry__patient")
    return [(row.entry.patient.given_name.lower(), row.status) for row in rows]


def test_a_released_time_is_kept_and_offered_to_the_first(full: Cast) -> None:
    visit = taken(full)
    first, second = join(full.patient, that_day(full)), join(full.cleared, that_day(full))
    run_jobs()
    assert states() == []
    cancel(full.parent, visit)
    offer = offer_of(full.patient, first)
    assert datetime.fromisoformat(offer["starts_at"]) == start(full)
    assert (offer["status"], offer["practitioner_id"]) == ("open", str(full.masseur.pk))
    assert 1780 < offer["expires_in_seconds"] <= 1800
    assert entry_of(full.patient, first)["status"] == "offered"
    assert entry_of(full.cleared, second)["offers"] == []
    refused = api(full.stranger).post(VISITS, wish(full.massage, full.coquitlam, start(full)), key="k")
    assert refusal(refused) == (409, "slot_taken")
    shown = api(full.patient).get(f"{OFFERS}/{offer['id']}").json()
    assert {**shown, "expires_in_seconds": 0} == {**offer, "expires_in_seconds": 0}


def test_accepting_books_what_was_kept(full: Cast) -> None:
    entry = join(full.patient, that_day(full))
    offer = offer_of(full.patient, entry)
    said = answer(full.patient, offer, "accept")
    assert said.status_code == 200, said.content
    visit = said.json()
    assert (visit["id"], visit["status"]) == (offer["appointment_id"], "booked")
    assert datetime.fromisoformat(visit["starts_at"]) == start(full)
    again = answer(full.patient, offer, "accept")
    assert again.json() == visit
    after = entry_of(full.patient, entry)
    assert (after["status"], after["offers"]) == ("booked", [])
    run_jobs()
    assert states() == [("patient", "accepted")]
    assert refusal(answer(full.patient, offer, "decline")) == (409, "invalid_transition")
    actions = list(
        AuditEntry.objects.filter(action__startswith="waitlist").order_by("at").values_list("action", flat=True)
    )
    assert actions == ["waitlist.joined", "waitlist.offered", "waitlist.offer_accepted"]


def test_declining_passes_it_on_and_keeps_the_place(full: Cast) -> None:
    first, second = join(full.patient, that_day(full)), join(full.cleared, that_day(full))
    offer = offer_of(full.patient, first)
    for _ in range(2):
        said = answer(full.patient, offer, "decline")
        assert (said.status_code, said.json()["status"]) == (200, "waiting")
    assert said.json()["places"][0]["position"] == 1
    passed_on = offer_of(full.cleared, second)
    assert passed_on["starts_at"] == offer["starts_at"]
    answer(full.cleared, passed_on, "decline")
    run_jobs()
    assert states() == [("patient", "declined"), ("cleared", "declined")], "nobody is asked twice for one start"
    assert refusal(answer(full.patient, offer, "accept")) == (409, "invalid_transition")


def test_what_nobody_answers_goes_to_the_next(full: Cast) -> None:
    first, second = join(full.patient, that_day(full)), join(full.cleared, that_day(full))
    offer = offer_of(full.patient, first)
    travel(by=timedelta(minutes=30))
    assert refusal(answer(full.patient, offer, "accept")) == (409, "hold_expired")
    assert refusal(answer(full.patient, offer, "decline")) == (409, "hold_expired")
    sweep_holds()
    assert offer_of(full.cleared, second)["starts_at"] == offer["starts_at"]
    assert states() == [("patient", "expired"), ("cleared", "open")]
    assert entry_of(full.patient, first)["status"] == "waiting"
    assert refusal(answer(full.patient, offer, "accept")) == (409, "hold_expired")
    assert refusal(answer(full.patient, offer, "decline")) == (409, "hold_expired")


def test_who_never_answers_waits_no_longer(full: Cast) -> None:
    entry = join(full.patient, that_day(full))
    offer_of(full.patient, entry)
    WaitlistEntry.objects.update(missed_offers=configured.WAITLIST_MISSED_OFFERS - 1)
    travel(by=timedelta(minutes=30))
    sweep_holds()
    run_jobs()
    assert entry_of(full.patient, entry)["status"] == "expired"
    assert DomainEvent.objects.filter(type="waitlist.expired.v1").count() == 1


def test_leaving_lets_go_of_what_is_offered(full: Cast) -> None:
    first, second = join(full.patient, that_day(full)), join(full.cleared, that_day(full))
    offer_of(full.patient, first)
    assert api(full.patient).delete(f"{ENTRIES}/{first['id']}").status_code == 204
    offer_of(full.cleared, second)
    assert states() == [("patient", "withdrawn"), ("cleared", "open")]


def test_an_offer_is_for_the_patient_and_those_who_act_for_them(full: Cast) -> None:
    entry = join(full.parent, that_day(full, patient_id=full.child))
    offer = offer_of(full.parent, entry)
    for who, told in ((full.stranger, (404, "not_found")), (full.patient, (404, "not_found"))):
        for verb in ("accept", "decline"):
            assert refusal(answer(who, offer, verb)) == told
    assert refusal(answer(api(full.desk_langley), offer, "accept")) == (404, "not_found")
    assert refusal(api(full.parent).delete(f"{HOLDS}/{offer['appointment_id']}")) == (404, "not_found")
    assert refusal(api(full.parent).get(f"{VISITS}/{offer['appointment_id']}")) == (404, "not_found")
    visit = answer(api(full.desk_coquitlam), offer, "accept").json()
    assert visit["patient_id"] == str(full.child.pk)


def test_what_is_offered_counts_against_no_limit(full: Cast) -> None:
    entry = join(full.patient, that_day(full))
    offer_of(full.patient, entry)
    client = api(full.patient)
    for hour in ("09:00", "10:00", "11:00"):
        at = full.at(full.coquitlam, WED, hour, week=2)
        made(client.post(HOLDS, wish(full.physio_follow_up, full.coquitlam, at)))


@pytest.mark.parametrize(
    "more",
    [
        {"weekdays": [1, 3]},
        {"day_parts": ["afternoon", "evening"]},
        {"windows": [{"first_date": "2030-01-01", "last_date": "2030-01-02"}]},
    ],
)
def test_what_does_not_suit_is_offered_to_the_next_whom_it_suits(full: Cast, more: dict[str, Any]) -> None:
    join(full.patient, {**that_day(full), **more})
    second = join(full.cleared, that_day(full, weekdays=[2], day_parts=["morning"]))
    offer_of(full.cleared, second)
    assert states() == [("cleared", "open")]


def test_who_may_not_have_it_is_passed_over(full: Cast) -> None:
    """The rules are asked for each patient: this one has another visit at that time."""
    book(api(full.patient), wish(full.physio_follow_up, full.coquitlam, start(full)))
    join(full.patient, that_day(full))
    second = join(full.cleared, that_day(full))
    offer_of(full.cleared, second)
    assert states() == [("cleared", "open")]


def test_the_desk_decides_who_is_next(full: Cast) -> None:
    visit = taken(full)
    first, second = join(full.patient, that_day(full)), join(full.cleared, that_day(full))
    body = {"clinic_id": str(full.coquitlam.pk), "before_entry_id": first["id"], "reason": "In pain"}
    api(full.desk_coquitlam).post(f"{ENTRIES}/{second['id']}/move", body)
    cancel(full.parent, visit)
    offer_of(full.cleared, second)
    assert states() == [("cleared", "open")]


def test_only_whom_they_wait_for_gives_it(cast: Cast) -> None:
    travel(to=cast.at(cast.coquitlam, MON, "12:00"))
    entry = join(cast.patient, wanted(cast, cast.physio_follow_up, practitioner_ids=[str(cast.ims.pk)]))
    offer = offer_of(cast.patient, entry)
    assert offer["practitioner_id"] == str(cast.ims.pk)


@pytest.mark.parametrize(
    "way", ["moved away", "reassigned", "hold let go", "hold ran out", "closure ended", "looked at"]
)
def test_time_becomes_free_in_many_ways(full: Cast, way: str) -> None:
    owner, body = api(full.owner), that_day(full)
    if way in ("moved away", "looked at"):
        visit = taken(full)
    elif way.startswith("hold"):
        hold = made(api(full.parent).post(HOLDS, wish(full.massage, full.coquitlam, start(full))))
    elif way == "closure ended":
        day = full.day(full.coquitlam, TUE, week=2)
        closure = Closure.objects.create(clinic=full.coquitlam, first_date=day, last_date=day, reason="-")
    else:
        body = that_day(full)
        body["service_id"], body["practitioner_ids"] = str(full.physio_follow_up.pk), [str(full.ims.pk)]
        visits = _every_visit_of(full)
    entry = join(full.patient, body)
    run_jobs()
    assert states() == []
    if way == "moved away":
        later = (start(full) + timedelta(days=1)).isoformat()
        assert owner.post(f"{VISITS}/{visit['id']}/reschedule", {"starts_at": later}).status_code == 200
    elif way == "hold let go":
        assert api(full.parent).delete(f"{HOLDS}/{hold['id']}").status_code == 204
    elif way == "hold ran out":
        travel(by=timedelta(minutes=6))
        sweep_holds()
    elif way == "closure ended":
        gone = owner.delete(f"/v1/closures/{closure.pk}", if_match="*")
        assert gone.status_code in (200, 204), gone.content
    elif way == "looked at":
        TimeOff.objects.filter(practitioner=full.masseur, from_minute=660).delete()  # and no event
        assert look_again() == 1
    else:
        body = {"practitioner_id": str(full.physio.pk), "reason": "Ill"}
        assert owner.post(f"{VISITS}/{visits}/reassign", body).status_code == 200
    offer_of(full.patient, entry)


def _every_visit_of(cast: Cast) -> Any:
    """The ims practitioner gives one start on that day, and it is taken."""
    day = cast.day(cast.coquitlam, TUE, week=2)
    for begin, until in ((0, 600), (630, 1440)):
        TimeOff.objects.create(
            practitioner=cast.ims, first_date=day, last_date=day, from_minute=begin, until_minute=until
        )
    wished = wish(cast.physio_follow_up, cast.coquitlam, start(cast), practitioner_id=cast.ims)
    return book(api(cast.parent), wished)["id"]


def test_an_offer_made_at_night_stands_until_the_morning(full: Cast) -> None:
    travel(to=full.at(full.coquitlam, MON, "22:30"))
    offer = offer_of(full.patient, join(full.patient, that_day(full)))
    assert datetime.fromisoformat(offer["expires_at"]) == full.at(full.coquitlam, TUE, "08:30")


def test_an_offer_never_stands_beyond_the_notice(full: Cast) -> None:
    notice = timedelta(minutes=full.coquitlam.notice_minutes)
    travel(to=start(full) - notice - timedelta(minutes=15))
    offer = offer_of(full.patient, join(full.patient, that_day(full)))
    assert datetime.fromisoformat(offer["expires_at"]) == start(full) - notice


def test_what_leaves_no_time_to_answer_is_not_offered(full: Cast) -> None:
    notice = timedelta(minutes=full.coquitlam.notice_minutes)
    travel(to=start(full) - notice - timedelta(minutes=9))
    join(full.patient, that_day(full))
    run_jobs()
    assert states() == []


def test_entries_end_with_their_dates(full: Cast) -> None:
    taken(full)
    entry = join(full.patient, that_day(full))
    run_jobs()
    travel(to=start(full) + timedelta(hours=13))
    assert end_entries() == 0
    travel(to=start(full) + timedelta(days=2))
    assert (end_entries(), end_entries()) == (1, 0)
    assert entry_of(full.patient, entry)["status"] == "expired"


def test_the_mail_says_when_and_where_and_no_more(full: Cast) -> None:
    offer_of(full.patient, join(full.patient, that_day(full)))
    [told] = mail.outbox
    assert told.to == [full.patient.email]
    text = f"{told.subject}\n{told.body}".lower()
    for word in ("coquitlam", "10", "/waitlist-offers/"):
        assert word in text
    for private in ("massage", "masseur", "patient test"):
        assert private not in text


def test_a_childs_offer_is_mailed_to_the_guardian(full: Cast) -> None:
    offer_of(full.parent, join(full.parent, that_day(full, patient_id=full.child)))
    [told] = mail.outbox
    assert told.to == [full.parent.email]


def test_who_has_no_confirmed_address_neither_waits_nor_accepts(full: Cast) -> None:
    offer = offer_of(full.patient, join(full.patient, that_day(full)))
    User.objects.filter(pk__in=[full.patient.user_id, full.cleared.user_id]).update(email_verified_at=None)
    assert refusal(answer(full.patient, offer, "accept")) == (403, "email_not_verified")
    assert refusal(api(full.cleared).post(ENTRIES, that_day(full))) == (403, "email_not_verified")


@pytest.mark.parametrize("whose", ["patient", "cleared"])
def test_a_service_that_takes_longer_by_now_may_meet_the_next_visit(full: Cast, whose: str) -> None:
    """The patient's own, or another one with the same practitioner: then the time is no longer to be had."""
    TimeOff.objects.filter(practitioner=full.masseur).delete()
    one_start = that_day(full, day_parts=["morning"])
    offer = offer_of(full.patient, join(full.patient, one_start))
    behind = datetime.fromisoformat(offer["starts_at"]) + timedelta(hours=1)
    service = full.physio_follow_up if whose == "patient" else full.massage
    book(api(getattr(full, whose)), wish(service, full.coquitlam, behind))
    Service.objects.filter(pk=full.massage.pk).update(duration_minutes=75)
    told = (409, "patient_overlap" if whose == "patient" else "slot_taken")
    assert refusal(answer(full.patient, offer, "accept")) == told


def test_accepting_brings_the_consent_or_nothing_was_agreed_to(full: Cast) -> None:
    offer = offer_of(full.patient, join(full.patient, that_day(full)))
    Service.objects.filter(pk=full.massage.pk).update(needs_consent=True)
    told = {"version": 1, "title": "-", "title_fr": "-", "body": "-", "body_fr": "-"}
    row = ConsentText.objects.create(service=full.massage, **told)
    text = str(row.pk)
    refused = answer(full.patient, offer, "accept")
    assert (refusal(refused), rules(refused)) == ((422, "slot_not_bookable"), ["consent_needed"])
    unknown = answer(full.patient, offer, "accept", consents=[text, str(uuid.uuid4())])
    assert faults(unknown) == {"/consents/1": "mismatch"}
    assert not Consent.objects.filter(text=row).exists()
    assert answer(full.patient, offer, "accept", consents=[text]).json()["status"] == "booked"
    assert Consent.objects.get(text=row).patient_id == full.patient.pk


def test_what_is_not_accepted_was_not_agreed_to(full: Cast) -> None:
    offer = offer_of(full.patient, join(full.patient, that_day(full)))
    Consent.objects.filter(patient=full.patient).delete()
    text = str(ConsentText.objects.get().pk)
    assert answer(full.patient, offer, "decline").status_code == 200
    assert refusal(answer(full.patient, offer, "accept", consents=[text])) == (409, "invalid_transition")
    assert not Consent.objects.filter(patient=full.patient).exists()


def test_lists_take_as_many_statements_however_many_wait(full: Cast) -> None:
    """Caller, clock, the entries and their four tables; and one entry in the audit log for all who were shown."""
    desk = api(full.desk_coquitlam)
    query = {"clinic": str(full.coquitlam.pk)}
    join(full.parent, that_day(full, patient_id=full.child))
    offer_of(full.patient, join(full.patient, {**that_day(full), "service_id": str(full.physio_follow_up.pk)}))
    few = statements(lambda: desk.get(ENTRIES, query))
    for who in (full.cleared, full.patient, full.parent):
        join(who, wanted(full))
    run_jobs()
    assert statements(lambda: desk.get(ENTRIES, query)) == few == 8


def test_a_round_reads_once_for_all_whom_nothing_suits(full: Cast) -> None:
    """However many wait: they are passed over at the cost of one look at the calendar."""
    taken(full)

    def count() -> int:
        day = full.day(full.coquitlam, TUE, week=2)
        with CaptureQueriesContext(connection) as sent:
            assert offer_free_time(clinic_id=full.coquitlam.pk, window=Window(day, day)) == 0
        return len(sent)

    join(full.patient, that_day(full))
    one = count()
    for who in (full.cleared, full.parent, full.stranger):
        join(who, that_day(full))
    assert count() == one
