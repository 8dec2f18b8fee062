"""Passwords forgotten, reset and changed."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from backend.accounts.actions.forget_sessions import forget_sessions
from backend.accounts.enums import LinkPurpose
from backend.accounts.jobs import mail as send_mail
from backend.accounts.links import make_token
from backend.accounts.models import MailedLink, Session, User
from backend.audit.models import AuditEntry
from backend.events.models import DomainEvent
from tests.accounts.people import PASSWORD, counted_hashes, me, person, refresh, refusal, sign_in
from tests.api_client import ApiClient
from tests.jobs import run_jobs
from tests.limits import SetBudget

pytestmark = pytest.mark.django_db

NEW = "another horse battery"
OVER = (401, "session_revoked")


def forgot(email: str) -> Any:
    return ApiClient().post("/v1/auth/password/forgot", {"email": email})


def reset(token: str, password: str = NEW) -> Any:
    return ApiClient().post("/v1/auth/password/reset", {"token": token, "password": password})


def change(access: str, current: str = PASSWORD, new: str = NEW) -> Any:
    body = {"current_password": current, "new_password": new}
    return ApiClient(access).post("/v1/auth/password/change", body)


def signs_in_with(user: User, password: str) -> bool:
    answer = ApiClient().post("/v1/auth/token", {"email": user.email, "password": password})
    return bool(answer.status_code == 200)


def mailed_token(page: str = "reset-password") -> str:
    match = re.search(rf"^http://localhost:3000/{page}#token=(\S+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert match, mail.outbox[-1].body
    return match[1]


def token_for(user: User) -> str:
    forgot(user.email)
    run_jobs()
    return mailed_token()


def faults(response: Any) -> list[tuple[str, str]]:
    assert refusal(response) == (400, "validation_failed")
    return [(one["pointer"], one["code"]) for one in response.json()["errors"]]


def test_the_mailed_link_resets() -> None:
    user = person(language="fr")
    pair = sign_in(user)
    asked = forgot(f" {user.email.upper()} ")
    assert (asked.status_code, asked.json()) == (202, {"expires_in_seconds": 3600})
    run_jobs()
    assert (mail.outbox[0].to, mail.outbox[0].subject) == ([user.email], "Choisissez un nouveau mot de passe")
    done = reset(mailed_token())
    assert (done.status_code, done.content) == (204, b"")
    assert (signs_in_with(user, PASSWORD), signs_in_with(user, NEW)) == (False, True)
    assert refusal(me(pair["access"])) == OVER
    assert refusal(refresh(pair["refresh"])) == OVER
    run_jobs()
    assert (mail.outbox[1].to, mail.outbox[1].subject) == ([user.email], "Votre mot de passe a été changé")
    told = AuditEntry.objects.get(action="account.password_reset")
    assert (told.subject_id, told.before, told.after) == (user.pk, {}, {})


def test_a_reset_verifies_the_address_that_the_link_went_to() -> None:
    user = person()
    reset(token_for(user))
    assert User.objects.get(pk=user.pk).email_verified_at is not None


def test_a_link_resets_once_and_takes_the_others_with_it() -> None:
    user = person()
    first, second = token_for(user), token_for(user)
    assert reset(second).status_code == 204
    for token in (first, second):
        assert faults(reset(token, "a third horse battery")) == [("/token", "invalid")]
    assert signs_in_with(user, NEW)


def test_a_weak_password_does_not_spend_the_link() -> None:
    user = person()
    token = token_for(user)
    assert faults(reset(token, "password123")) == [("/password", "too_common")]
    assert faults(reset(token, user.email)) == [("/password", "too_similar")]
    assert faults(reset(token, "short")) == [("/password", "too_short")]
    assert reset(token).status_code == 204


def _late(user: User, token: str) -> str:
    MailedLink.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    return token


def _closed(user: User, token: str) -> str:
    User.objects.filter(pk=user.pk).update(is_active=False)
    return token


def _changed(user: User, token: str) -> str:
    assert change(sign_in(user)["access"], new="yet another horse").status_code == 204
    return token


SPOILT: dict[str, Callable[[User, str], str]] = {
    "late": _late,
    "closed account": _closed,
    "password changed meanwhile": _changed,
    "longer": lambda _, token: f"{token}x",
    "cut": lambda _, token: token[:-1],
    "unsigned": lambda _, token: token.partition(":")[0],
    "nothing": lambda *_: ":",
    "of another purpose": lambda *_: make_token(MailedLink.objects.get().pk, LinkPurpose.CHANGE_EMAIL),
    "of no row": lambda user, _: make_token(user.pk, LinkPurpose.RESET_PASSWORD),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
def test_a_spoilt_link_resets_nothing(spoil: Callable[[User, str], str]) -> None:
    user = person()
    token = spoil(user, token_for(user))
    assert faults(reset(token)) == [("/token", "invalid")]
    assert not User.objects.get(pk=user.pk).check_password(NEW)


def test_known_and_unknown_cost_the_same_and_look_the_same() -> None:
    known, closed = person(), person(is_active=False)
    for path in ("password/forgot", "email/resend"):
        seen = []
        for email in (known.email, closed.email, "nobody@people.test"):
            with CaptureQueriesContext(connection) as queries:
                answer = ApiClient().post(f"/v1/auth/{path}", {"email": email})
            seen.append((answer.status_code, answer.content, len(queries)))
        assert seen[0] == seen[1] == seen[2]
        assert seen[0][2] >= 3  # budgets, the account, the job
    run_jobs()
    assert [one.to for one in mail.outbox] == [[known.email], [known.email]]


def test_registering_costs_the_same_for_a_known_address() -> None:
    person(email="known@people.test")
    seen = []
    for email in ("known@people.test", "nobody@people.test"):
        body = {"email": email, "password": PASSWORD, "given_name": "Eve", "family_name": "Newcomer"}
        with counted_hashes() as hashes, CaptureQueriesContext(connection) as queries:
            answer = ApiClient().post("/v1/auth/register", body)
        seen.append((answer.status_code, answer.content, hashes.call_count, len(queries)))
    assert seen[0] == seen[1]


def test_no_secret_is_kept_or_told(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    user = person()
    forgot(user.email)
    waiting = str([job.args for job in ProcrastinateJob.objects.all()])
    run_jobs()
    token = mailed_token()
    signature = token.rpartition(":")[2]
    reset(token)
    stored = [*MailedLink.objects.values(), *AuditEntry.objects.values(), *DomainEvent.objects.values()]
    logged = caplog.text + "".join(capfd.readouterr())
    assert "password/reset" in logged
    for secret in (signature, NEW):
        assert secret not in f"{waiting}{stored}{logged}"
    assert user.email not in f"{waiting}{logged}"


def test_a_mail_that_is_sent_twice_has_one_link_and_stays_used() -> None:
    user = person()
    forgot(user.email)
    (job,) = ProcrastinateJob.objects.all()
    run_jobs()
    first = mailed_token()
    reset(first)
    send_mail(**{name: value for name, value in job.args.items() if name != "request_id"})
    assert mailed_token() == first
    assert faults(reset(first)) == [("/token", "invalid")]


def test_a_changed_password_ends_all_other_sessions() -> None:
    user = person()
    here, *elsewhere = (sign_in(user) for _ in range(3))
    assert change(here["access"]).status_code == 204
    assert me(here["access"]).status_code == 200
    assert refresh(here["refresh"]).status_code == 200
    for pair in elsewhere:
        assert refusal(me(pair["access"])) == OVER
        assert refusal(refresh(pair["refresh"])) == OVER
    assert (signs_in_with(user, PASSWORD), signs_in_with(user, NEW)) == (False, True)
    assert set(Session.objects.exclude(ended_at=None).values_list("end_reason", flat=True)) == {"password_changed"}
    run_jobs()
    assert [one.subject for one in mail.outbox] == ["Your password was changed"]
    assert AuditEntry.objects.filter(action="account.password_changed", subject_id=user.pk).count() == 1


def test_a_change_needs_the_present_password_and_a_good_new_one() -> None:
    user = person()
    access = sign_in(user)["access"]
    assert faults(change(access, current="wrong horse battery")) == [("/current_password", "invalid")]
    assert faults(change(access, new="password123")) == [("/new_password", "too_common")]
    assert signs_in_with(user, PASSWORD)
    assert not mail.outbox


def test_guessing_the_present_password_has_an_end() -> None:
    user = person()
    access = sign_in(user)["access"]
    tried = [refusal(change(access, current=f"wrong horse {number}")) for number in range(11)]
    assert tried == [(400, "validation_failed")] * 10 + [(429, "rate_limited")]
    assert reset(token_for(user)).status_code == 204  # the owner is not kept out by who found the phone
    assert signs_in_with(user, NEW)


def test_links_are_tried_from_one_address_only_so_often(set_budget: SetBudget) -> None:
    set_budget(2, "link")
    assert [reset("x").status_code for _ in range(3)] == [400, 400, 429]


def test_whoever_resets_is_not_kept_out_by_strangers(set_budget: SetBudget) -> None:
    user = person()
    token = token_for(user)
    for name in ("sign_in_account", "sign_in"):
        set_budget(0, name)
    assert not signs_in_with(user, PASSWORD)
    assert reset(token).status_code == 204
    assert signs_in_with(user, NEW)


def test_strangers_do_not_use_up_the_mails_of_who_signed_in_here(set_budget: SetBudget) -> None:
    known, unknown = person(), person()
    sign_in(known)
    for name in ("mail", "mails"):
        set_budget(0, name)
    assert [forgot(user.email).status_code for user in (known, unknown)] == [202, 429]


def test_links_are_forgotten_a_day_after_their_end() -> None:
    user = person()
    for _ in range(2):
        token_for(user)
    late, fresh = MailedLink.objects.order_by("created_at")
    MailedLink.objects.filter(pk=late.pk).update(expires_at=F("expires_at") - timedelta(hours=26))
    MailedLink.objects.filter(pk=fresh.pk).update(expires_at=F("expires_at") - timedelta(hours=2))
    forget_sessions()
    assert MailedLink.objects.get() == fresh
