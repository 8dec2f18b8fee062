"""Another address: asked for, confirmed from its mailbox, and what that ends."""

from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import User
from backend.audit.models import AuditEntry
from backend.patients.models import Patient
from tests.accounts.people import PASSWORD, me, person, refresh, refusal, sign_in
from tests.accounts.test_passwords import change as change_password
from tests.accounts.test_passwords import faults, mailed_token, token_for
from tests.accounts.test_passwords import reset as reset_password
from tests.api_client import ApiClient
from tests.cast import Cast
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db

NEW = "moved@people.test"


def ask(access: str, email: str = NEW, password: str = PASSWORD) -> Any:
    answer = ApiClient(access).post("/v1/auth/email/change", {"email": email, "current_password": password})
    run_jobs()
    return answer


def confirm(token: str) -> Any:
    return ApiClient().post("/v1/auth/email/confirm", {"token": token})


def link_to(address: str) -> str:
    """The secret of the newest link that was mailed there."""
    mine = [one for one in mail.outbox if one.to == [address]]
    return str(mine[-1].body).partition("#token=")[2].split()[0]


def test_the_new_address_confirms_and_the_old_one_is_told() -> None:
    user = person(language="fr")
    here, there = sign_in(user), sign_in(user)
    asked = ask(here["access"], " Moved@People.Test ")
    assert (asked.status_code, asked.json()) == (202, {"expires_in_seconds": 86400})
    assert [(one.to, one.subject) for one in mail.outbox] == [
        ([NEW], "Confirmez votre nouvelle adresse courriel"),
        ([user.email], "Une nouvelle adresse courriel a été demandée"),
    ]
    assert "token" not in mail.outbox[1].body
    assert me(here["access"]).json()["email"] == user.email
    done = confirm(link_to(NEW))
    assert (done.status_code, done.content) == (204, b"")
    shown = me(here["access"]).json()
    assert (shown["email"], shown["is_email_verified"]) == (NEW, True)
    assert refresh(here["refresh"]).status_code == 200, "the session that asked goes on"
    assert refusal(me(there["access"])) == (401, "session_revoked")
    assert refusal(refresh(there["refresh"])) == (401, "session_revoked")
    run_jobs()
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == ([user.email], "Votre adresse courriel a été changée")
    entry = AuditEntry.objects.get(action="account.email_changed")
    assert (entry.before, entry.after) == ({"email": user.email}, {"email": NEW})
    assert sign_in(User.objects.get(pk=user.pk))


def test_the_patient_follows_unless_the_clinic_noted_another(cast: Cast) -> None:
    for noted, expected in ((None, NEW), ("desk@people.test", "desk@people.test")):
        patient = cast.patient if noted is None else cast.stranger
        user = patient.user
        assert user
        User.objects.filter(pk=user.pk).update(password=make_password(PASSWORD))
        if noted:
            Patient.objects.filter(pk=patient.pk).update(email=noted)
        email = NEW if noted is None else "elsewhere@people.test"
        ask(ApiClient().as_(user).token or "", email)
        assert confirm(link_to(email)).status_code == 204
        assert Patient.objects.get(pk=patient.pk).email == expected


def test_an_address_that_has_an_account_gets_a_mail_without_a_link() -> None:
    user, holder = person(), person(language="fr")
    access = sign_in(user)["access"]
    seen = []
    for email in (holder.email, NEW):
        body = {"email": email, "current_password": PASSWORD}
        with CaptureQueriesContext(connection) as queries:
            answer = ApiClient(access).post("/v1/auth/email/change", body)
        seen.append((answer.status_code, answer.content, len(queries)))
    assert seen[0] == seen[1]
    run_jobs()
    to_holder = [one for one in mail.outbox if one.to == [holder.email]]
    assert [one.subject for one in to_holder] == ["Cette adresse a déjà un compte"]
    assert "token" not in to_holder[0].body


def test_an_address_that_was_taken_meanwhile_is_refused() -> None:
    user = person()
    ask(sign_in(user)["access"])
    person(email=NEW)
    assert refusal(confirm(link_to(NEW))) == (409, "already_exists")
    assert User.objects.get(pk=user.pk).email == user.email


def test_a_link_changes_the_address_once() -> None:
    user = person()
    access = sign_in(user)["access"]
    for email in ("first@people.test", "second@people.test"):
        ask(access, email)
    assert confirm(link_to("second@people.test")).status_code == 204
    for email in ("first@people.test", "second@people.test"):
        assert faults(confirm(link_to(email))) == [("/token", "invalid")]


@pytest.mark.parametrize("how", ["changed", "reset"])
def test_a_new_password_makes_the_link_worthless(how: str) -> None:
    """Who finds a phone, knows the password and asks for another address has lost once the owner acts."""
    user = person()
    thief, owner = sign_in(user), sign_in(user)
    ask(thief["access"])
    link = link_to(NEW)
    if how == "changed":
        assert change_password(owner["access"]).status_code == 204
    else:
        assert reset_password(token_for(user)).status_code == 204
    assert faults(confirm(link)) == [("/token", "invalid")]
    assert refusal(me(thief["access"])) == (401, "session_revoked")


def test_a_link_to_the_old_address_resets_nothing_afterwards() -> None:
    user = person()
    access, token = sign_in(user)["access"], token_for(user)
    ask(access)
    assert confirm(link_to(NEW)).status_code == 204
    assert faults(reset_password(token)) == [("/token", "invalid")]


def test_a_link_that_resets_confirms_nothing() -> None:
    assert faults(confirm(token_for(person()))) == [("/token", "invalid")]
    assert mailed_token()


def test_it_needs_the_password_and_another_address() -> None:
    user = person()
    access = sign_in(user)["access"]
    assert faults(ask(access, password="wrong horse battery")) == [("/current_password", "invalid")]
    assert faults(ask(access, f" {user.email.upper()}")) == [("/email", "invalid")]
    assert mail.outbox == []


def test_nobody_has_a_stranger_flooded_with_mails() -> None:
    accesses = [sign_in(person())["access"] for _ in range(6)]
    assert [ask(access).status_code for access in accesses] == [202] * 5 + [429]
