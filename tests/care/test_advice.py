"""What patients are told after a visit: written, approved, put to use, and adapted (D18 to D20)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, transaction

from backend.audit.models import AuditEntry
from backend.care.aftercare import Situation, is_shown
from backend.care.enums import AdviceTopic
from backend.care.models import AdviceTemplate
from backend.clinics.enums import ColdOrHeat
from backend.common.db import constraint_of
from backend.patients.models import Clearance
from backend.practitioners.models import Credential, Offering
from tests.appointments.calls import api, faults, made, refusal
from tests.appointments.rows import change
from tests.care.advice import LINES, TOPICS, advice_of, body, in_use, templates_of
from tests.care.sessions import check_ins_of, how, session_of
from tests.cast import Cast
from tests.clinics.test_setup_races import at_once

pytestmark = pytest.mark.django_db
TRANSITION = (409, "invalid_transition")


def topics(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [line["topic"] for line in answer.json()["lines"]]


def without(*left_out: str) -> list[str]:
    return [topic for topic in TOPICS if topic not in left_out]


@pytest.mark.parametrize("choice", ["cold", "heat"])
@pytest.mark.parametrize("is_light_headed", [False, True])
def test_advice_adapts_to_the_clinic_and_to_the_patient(cast: Cast, choice: str, is_light_headed: bool) -> None:
    in_use(cast, choice=choice)
    visit, client = session_of(cast, ended=timedelta(hours=25)), api(cast.cleared)
    made(client.post(check_ins_of(visit), how(is_light_headed=is_light_headed)))
    other = {"cold": "heat", "heat": "cold"}[choice]
    if is_light_headed:
        rest = without(other, "hot_bath", "light_headed")
        assert topics(client.get(advice_of(visit))) == ["light_headed", *rest]
    else:
        assert topics(client.get(advice_of(visit))) == without(other)


TABLE: list[tuple[AdviceTopic, ColdOrHeat, bool, bool]] = [
    (AdviceTopic.HOT_BATH, ColdOrHeat.HEAT, False, True),
    (AdviceTopic.HOT_BATH, ColdOrHeat.HEAT, True, False),
    (AdviceTopic.HOT_BATH, ColdOrHeat.COLD, False, True),
    (AdviceTopic.COLD, ColdOrHeat.COLD, True, True),
    (AdviceTopic.COLD, ColdOrHeat.HEAT, False, False),
    (AdviceTopic.COLD, ColdOrHeat.UNDECIDED, False, False),
    (AdviceTopic.HEAT, ColdOrHeat.HEAT, True, True),
    (AdviceTopic.HEAT, ColdOrHeat.COLD, False, False),
    (AdviceTopic.HEAT, ColdOrHeat.UNDECIDED, False, False),
    (AdviceTopic.LIGHT_HEADED, ColdOrHeat.COLD, False, True),
    (AdviceTopic.WATER, ColdOrHeat.COLD, True, True),
    (AdviceTopic.OTHER, ColdOrHeat.HEAT, True, True),
]


@pytest.mark.parametrize(("topic", "choice", "is_light_headed", "shown"), TABLE)
def test_to_whom_each_line_is_shown(topic: AdviceTopic, choice: ColdOrHeat, is_light_headed: bool, shown: bool) -> None:
    assert is_shown(topic, Situation(choice, is_light_headed=is_light_headed)) is shown


def test_the_desk_does_not_learn_from_it_how_the_patient_is(cast: Cast) -> None:
    in_use(cast)
    visit = session_of(cast, ended=timedelta(hours=25))
    made(api(cast.cleared).post(check_ins_of(visit), how(is_light_headed=True)))
    for who in (cast.desk_coquitlam, cast.manager_coquitlam, cast.owner):
        answer = api(who).get(advice_of(visit))
        assert (answer.json()["is_adapted"], topics(answer)) == (False, without("cold"))
    answer = api(cast.ims).get(advice_of(visit))
    assert (answer.json()["is_adapted"], "hot_bath" in topics(answer)) == (True, False)
    [entry] = AuditEntry.objects.filter(action="advice.read")
    assert (entry.actor_id, entry.patient_id, entry.purpose) == (cast.ims.user_id, cast.cleared.pk, "care")


def test_a_guardian_reads_the_childs_and_nobody_elses(cast: Cast) -> None:
    in_use(cast)
    visit = session_of(cast, patient=cast.child)
    assert api(cast.parent).get(advice_of(visit)).json()["is_adapted"]
    for who in (cast.patient, cast.other_parent, cast.desk_langley, cast.physio):
        assert refusal(api(who).get(advice_of(visit))) == (404, "not_found")


def test_it_is_told_in_two_languages_and_by_whom_it_was_approved(cast: Cast) -> None:
    template, visit = in_use(cast), session_of(cast)
    english = api(cast.cleared).get(advice_of(visit)).json()
    french = api(cast.cleared).get(advice_of(visit), headers={"Accept-Language": "fr"}).json()
    assert (english["lines"][0]["text"], french["lines"][0]["text"]) == (LINES[0]["text"], LINES[0]["text_fr"])
    assert "not medical advice" in english["caution"]
    assert "pas un avis médical" in french["caution"]
    assert english["approved_by_name"] == "Ims Test"
    assert (english["template_id"], english["version"], english["region"]) == (str(template.pk), 1, "any")
    assert english["clinic_phone"] == "+16045550100"


def test_the_region_that_is_treated_comes_before_any(cast: Cast) -> None:
    visit, client = session_of(cast), api(cast.cleared)
    assert refusal(client.get(advice_of(visit))) == (404, "not_found")
    in_use(cast, region="neck")
    assert refusal(client.get(advice_of(visit))) == (404, "not_found")
    in_use(cast)
    assert client.get(advice_of(visit)).json()["region"] == "any"
    in_use(cast, region="lower_back")
    assert client.get(advice_of(visit)).json()["region"] == "lower_back"
    clearance = Clearance.objects.get(patient=cast.cleared)
    change(clearance, region="neck")
    assert client.get(advice_of(visit)).json()["region"] == "neck"
    change(clearance, valid_until=clearance.valid_from)
    assert client.get(advice_of(visit)).json()["region"] == "any"


def test_a_version_is_drafted_approved_and_put_to_use(cast: Cast) -> None:
    manager, physio = api(cast.manager_coquitlam), api(cast.ims)
    visit, patient = session_of(cast), api(cast.cleared)
    draft = made(manager.post(templates_of(cast.coquitlam), body(cast)))
    assert (draft["version"], draft["status"], draft["region"], draft["lines"]) == (1, "draft", "any", LINES)
    path = f"/v1/advice-templates/{draft['id']}"
    assert refusal(manager.post(f"{path}/activate")) == TRANSITION
    approved = physio.post(f"{path}/approve").json()
    assert (approved["status"], approved["approved_by_name"]) == ("approved", "Ims Test")
    assert refusal(physio.post(f"{path}/approve")) == TRANSITION
    assert refusal(manager.post(f"{path}/activate")) == (422, "cold_or_heat_undecided")
    assert refusal(patient.get(advice_of(visit))) == (404, "not_found")
    choose(cast, "heat")
    assert manager.post(f"{path}/activate").json()["status"] == "active"
    assert "heat" in topics(patient.get(advice_of(visit)))
    assert refusal(manager.post(f"{path}/activate")) == TRANSITION
    second = made(manager.post(templates_of(cast.coquitlam), body(cast, lines=LINES[:1])))
    assert second["version"] == 2
    assert topics(patient.get(advice_of(visit)))[-1] == "when_to_call", "a draft changes nothing"
    physio.post(f"/v1/advice-templates/{second['id']}/approve")
    manager.post(f"/v1/advice-templates/{second['id']}/activate")
    assert topics(patient.get(advice_of(visit))) == ["soreness"]
    for who in (cast.manager_coquitlam, cast.ims, cast.owner):
        listed = api(who).get(templates_of(cast.coquitlam)).json()["results"]
        assert [(one["version"], one["status"]) for one in listed] == [(2, "active"), (1, "retired")]
    deeds = AuditEntry.objects.filter(subject_id=draft["id"]).order_by("pk").values_list("action", "actor_id")
    assert list(deeds) == [
        ("advice.drafted", cast.manager_coquitlam.pk),
        ("advice.approved", cast.ims.user_id),
        ("advice.activated", cast.manager_coquitlam.pk),
    ]


def choose(cast: Cast, choice: str) -> Any:
    return api(cast.manager_coquitlam).patch(
        f"/v1/clinics/{cast.coquitlam.pk}/policy", {"cold_or_heat": choice}, if_match="*"
    )


def test_a_clinic_may_change_its_choice_and_not_undo_it(cast: Cast) -> None:
    assert choose(cast, "undecided").status_code == 200
    assert choose(cast, "cold").json()["cold_or_heat"] == "cold"
    assert choose(cast, "heat").status_code == 200
    assert refusal(choose(cast, "undecided")) == TRANSITION
    with pytest.raises(Error) as refused, transaction.atomic():
        change(cast.coquitlam, cold_or_heat="undecided")
    assert constraint_of(refused.value) == "clinic_cold_or_heat_stays_chosen"


def test_only_who_could_give_the_visit_there_today_approves(cast: Cast) -> None:
    draft = made(api(cast.manager_coquitlam).post(templates_of(cast.coquitlam), body(cast)))
    path, denied = f"/v1/advice-templates/{draft['id']}/approve", (403, "permission_denied")
    assert refusal(api(cast.physio).post(path)) == denied
    assert refusal(api(cast.manager_coquitlam).post(path)) == denied
    assert refusal(api(cast.owner).post(path)) == denied
    assert refusal(api(cast.toronto_ims).post(path)) == (404, "not_found")
    proof = Credential.objects.get(practitioner=cast.ims, kind="ims_certificate")
    change(proof, valid_until=cast.today(cast.coquitlam) - timedelta(days=1))
    assert refusal(api(cast.ims).post(path)) == denied
    change(proof, valid_until=None)
    offering = Offering.objects.get(practitioner=cast.ims, clinic=cast.coquitlam, service=cast.ims_treatment)
    change(offering, service=cast.massage)
    assert refusal(api(cast.ims).post(path)) == denied
    change(offering, service=cast.ims_treatment)
    assert api(cast.ims).post(path).status_code == 200
    assert refusal(api(cast.ims).post(f"/v1/advice-templates/{draft['id']}/activate")) == denied


def test_other_clinics_versions_are_as_if_absent(cast: Cast) -> None:
    template = in_use(cast)
    assert refusal(api(cast.manager_langley).post(f"/v1/advice-templates/{template.pk}/activate")) == (404, "not_found")
    for who in (cast.manager_langley, cast.langley_physio):
        assert refusal(api(who).get(templates_of(cast.coquitlam))) == (403, "permission_denied")
    assert refusal(api(cast.manager_langley).post(templates_of(cast.coquitlam), body(cast))) == (
        403,
        "permission_denied",
    )
    assert refusal(api(cast.desk_coquitlam).get(templates_of(cast.coquitlam))) == (403, "permission_denied")


def test_a_draft_needs_lines_in_both_languages_for_a_service_that_exists(cast: Cast) -> None:
    client, path = api(cast.manager_coquitlam), templates_of(cast.coquitlam)
    assert faults(client.post(path, body(cast, lines=[]))) == {"/lines": "too_short"}
    english = [{"topic": "water", "text": "Drink."}]
    assert faults(client.post(path, body(cast, lines=english))) == {"/lines/0/text_fr": "required"}
    assert faults(client.post(path, body(cast, region="knee"))) == {"/region": "not_a_choice"}
    assert refusal(client.post(path, body(cast, service_id=str(cast.owner.pk)))) == (404, "not_found")
    assert not AdviceTemplate.objects.exists()


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"lines": []}, "advice_lines_are_in_both_languages"),
    ({"lines": {}}, "advice_lines_are_in_both_languages"),
    ({"lines": [{"topic": "water", "text": "Drink."}]}, "advice_lines_are_in_both_languages"),
    ({"version": 2}, "advice_is_in_use_once"),
    ({"version": 1, "status": "retired"}, "advice_version_is_given_once"),
    ({"version": 2, "status": "draft"}, "advice_is_approved_by_somebody"),
    ({"version": 2, "status": "approved", "approved_by": None}, "advice_is_approved_by_somebody"),
]


@pytest.mark.parametrize(("facts", "constraint"), BROKEN)
def test_the_database_refuses_what_no_version_may_be(cast: Cast, facts: dict[str, Any], constraint: str) -> None:
    in_use(cast)
    with pytest.raises(Error) as refused, transaction.atomic():
        in_use(cast, **facts)
    assert constraint_of(refused.value) == constraint


def test_the_database_puts_nothing_to_use_while_the_clinic_is_undecided_and_changes_no_version(cast: Cast) -> None:
    with pytest.raises(Error) as refused, transaction.atomic():
        in_use(cast, choice="undecided")
    assert constraint_of(refused.value) == "advice_needs_cold_or_heat"
    template = in_use(cast, choice="undecided", status="approved", activated_at=None)
    with pytest.raises(Error) as refused, transaction.atomic():
        change(template, status="active")
    assert constraint_of(refused.value) == "advice_needs_cold_or_heat"
    change(cast.coquitlam, cold_or_heat="cold")
    for values in ({"lines": LINES[:1]}, {"region": "neck"}, {"status": "retired"}, {"status": "draft"}):
        with pytest.raises(Error) as refused, transaction.atomic():
            change(template, **values)
        assert constraint_of(refused.value) == "advice_is_followed_not_changed"
    change(template, status="active")


@pytest.mark.django_db(transaction=True)
def test_of_versions_put_to_use_at_once_one_is_shown(cast: Cast) -> None:
    in_use(cast)
    paths = [
        f"/v1/advice-templates/{in_use(cast, version=version, status='approved', activated_at=None).pk}/activate"
        for version in (2, 3, 4)
    ]
    clients = [api(cast.manager_coquitlam) for _ in paths]
    acts = [lambda client=client, path=path: client.post(path) for client, path in zip(clients, paths, strict=True)]
    assert at_once(*acts) == [200, 200, 200]
    assert sorted(AdviceTemplate.objects.values_list("status", flat=True)) == ["active", *["retired"] * 3]


@pytest.mark.django_db(transaction=True)
def test_drafts_written_at_once_are_counted_one_by_one(cast: Cast) -> None:
    clients = [api(cast.manager_coquitlam) for _ in range(4)]
    acts = [lambda client=client: client.post(templates_of(cast.coquitlam), body(cast)) for client in clients]
    assert at_once(*acts) == [201] * 4
    assert sorted(AdviceTemplate.objects.values_list("version", flat=True)) == [1, 2, 3, 4]
