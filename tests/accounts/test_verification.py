import re
from datetime import timedelta
from typing import Any
from unittest.mock import ANY, Mock
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from backend.accounts.mails import Mail, deliver
from backend.accounts.models import User
from backend.accounts.verification import make_verification
from backend.audit.models import AuditEntry
from tests.accounts.people import me, person, refusal, sign_in
from tests.api_client import ApiClient
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db


def verify(token: str) -> Any:
    return ApiClient().post("/v1/auth/email/verify", {"token": token})


@pytest.fixture
def resend() -> Any:
    def ask(email: str) -> Any:
        answer = ApiClient().post("/v1/auth/email/resend", {"email": email})
        run_jobs()
        return answer

    return ask


def mailed_token() -> str:
    match = re.search(r"^http://localhost:3000/verify-email#token=(\S+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert match, mail.outbox[-1].body
    return match[1]


def test_the_mailed_link_verifies(resend: Any) -> None:
    user = person(language="fr")
    access = sign_in(user)["access"]
    before = me(access).json()
    assert before["is_email_verified"] is False
    assert resend(user.email.upper()).status_code == 202
    assert (mail.outbox[0].to, mail.outbox[0].subject) == ([user.email], "Confirmez votre adresse courriel")
    response = verify(mailed_token())
    assert (response.status_code, response.content) == (204, b"")
    after = me(access).json()
    assert after["is_email_verified"] is True
    assert after["etag"].partition("-")[0] == '"2'


def test_verifying_twice_does_it_once() -> None:
    user = person()
    token = make_verification(user)
    assert verify(token).status_code == 204
    once = User.objects.get(id=user.id).email_verified_at
    assert verify(token).status_code == 204
    assert User.objects.get(id=user.id).email_verified_at == once
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject_id, entry.after) == ("account.email_verified", user.id, {})


def spoiled(user: User) -> list[str]:
    token = make_verification(user)
    other = make_verification(User(id=user.id, email="other@people.test"))
    mixed = f"{other.partition(':')[0]}:{token.partition(':')[2]}"
    return [f"{token}x", token[1:], token.replace(":", "."), "x", ":::", mixed]


@pytest.mark.parametrize("number", range(6))
def test_a_spoiled_token_verifies_nothing(number: int) -> None:
    user = person()
    assert_refused(verify(spoiled(user)[number]), user)


def assert_refused(response: Any, user: User) -> None:
    assert refusal(response) == (400, "validation_failed")
    assert [(one["pointer"], one["code"]) for one in response.json()["errors"]] == [("/token", "invalid")]
    assert User.objects.get(id=user.id).email_verified_at is None


def test_a_link_dies_after_a_day(settings: Settings) -> None:
    user = person()
    assert timedelta(hours=24) == settings.EMAIL_VERIFICATION_LIFETIME
    settings.EMAIL_VERIFICATION_LIFETIME = timedelta(seconds=-1)
    assert_refused(verify(make_verification(user)), user)


def test_a_link_dies_with_the_address_it_was_sent_to() -> None:
    user = person()
    token = make_verification(user)
    User.objects.filter(id=user.id).update(email="moved@people.test")
    assert_refused(verify(token), user)


def test_a_closed_account_verifies_nothing() -> None:
    user = person(is_active=False)
    assert_refused(verify(make_verification(user)), user)


def test_asking_again_never_tells_who_is_known(resend: Any) -> None:
    waiting, closed, done = person(), person(is_active=False), person()
    verify(make_verification(done))
    answers = [resend(email) for email in (waiting.email, closed.email, done.email, "nobody@people.test")]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, b'{"expires_in_seconds":86400}')}
    assert [one.to for one in mail.outbox] == [[waiting.email]]


def test_a_mail_server_that_fails_spoils_nothing(resend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer does not wait for the mail server, whose failure is the job's, to be tried again."""
    user, send = person(), Mock(side_effect=ConnectionRefusedError)
    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", send)
        assert ApiClient().post("/v1/auth/email/resend", {"email": user.email}).status_code == 202
        send.assert_not_called()
        with pytest.raises(ConnectionRefusedError):
            run_jobs()
    assert run_jobs() == ["accounts.send_mail"]
    assert mail.outbox[0].to == [user.email]


def test_no_secret_and_no_address_waits_in_the_queue() -> None:
    user = person()
    asked = ApiClient().post("/v1/auth/email/resend", {"email": user.email})
    (job,) = ProcrastinateJob.objects.all()
    told = {"mail": "verify_email", "user_id": str(user.pk), "mail_id": ANY, "request_id": asked["X-Request-Id"]}
    assert job.args == told


def test_a_mail_sent_twice_is_one_message() -> None:
    user, mail_id = person(), uuid4()
    for _ in range(2):
        deliver(Mail.VERIFY_EMAIL, user.pk, mail_id)
    deliver(Mail.VERIFY_EMAIL, user.pk, uuid4())
    first, again, other = (one.extra_headers["Message-ID"] for one in mail.outbox)
    assert first == again == f"<{mail_id}@localhost>"
    assert other != first


def test_who_verified_meanwhile_gets_no_link() -> None:
    user = person()
    ApiClient().post("/v1/auth/email/resend", {"email": user.email})
    verify(make_verification(user))
    assert run_jobs() == ["accounts.send_mail"]
    assert mail.outbox == []
