"""Signing in with a code besides the password: one's own choice, or the chain's (R21)."""

from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from cryptography.fernet import InvalidToken
from django.core import mail
from django.core.management import CommandError, call_command
from pytest_django import Settings

from backend.accounts import totp
from backend.accounts.models import SecondFactor, Session, User
from backend.accounts.totp import make_secret, shown_secret, step_of
from backend.audit.models import AuditEntry
from backend.clinics.models import Organisation
from tests.accounts.people import PASSWORD, app_code, me, person, refresh, refusal, sign_in
from tests.accounts.test_passwords import faults, reset, token_for
from tests.api_client import ApiClient
from tests.cast import Cast
from tests.jobs import run_jobs
from tests.limits import SetBudget

pytestmark = pytest.mark.django_db

FACTOR = "/v1/me/second-factor"


def start(access: str, password: str = PASSWORD) -> Any:
    return ApiClient(access).post(FACTOR, {"current_password": password})


def confirm(access: str, code: str) -> Any:
    return ApiClient(access).post(f"{FACTOR}/confirm", {"code": code})


def switched_on(user: User) -> tuple[str, list[str]]:
    """The secret and the recovery codes; codes of this half minute and before are used up."""
    access = sign_in(user)["access"]
    secret: str = start(access).json()["secret"]
    answer = confirm(access, app_code(secret))
    assert answer.status_code == 200, answer.content
    return secret, answer.json()["recovery_codes"]


def ask(user: User, device_name: str = "") -> Any:
    """Sign in by password, where that is not all."""
    body = {"email": user.email, "password": PASSWORD, "device_name": device_name}
    answer = ApiClient().post("/v1/auth/token", body)
    assert refusal(answer) == (401, "mfa_required")
    return answer.json()


def complete(mfa_token: str, code: str) -> Any:
    return ApiClient().post("/v1/auth/token/mfa", {"mfa_token": mfa_token, "code": code})


def test_the_codes_are_those_of_the_rfc() -> None:
    """RFC 6238, appendix B, SHA-1, cut to six digits."""
    secret = totp._box().encrypt(b"12345678901234567890").decode()
    for seconds, code in ((1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
        assert step_of(secret, code, now=seconds) == seconds // 30
        assert step_of(secret, code, now=seconds + 30) == seconds // 30
        assert step_of(secret, code, now=seconds + 90) is None
        assert step_of(secret, code, now=seconds - 90) is None


def test_it_is_switched_on_by_its_first_code() -> None:
    user = person()
    here, there = sign_in(user), sign_in(user)
    started = start(here["access"]).json()
    assert started["uri"].startswith("otpauth://totp/Evergreen")
    assert f"secret={started['secret']}" in started["uri"]
    assert ApiClient(here["access"]).get(FACTOR).json() == {
        "is_enabled": False,
        "is_required": False,
        "recovery_codes_left": 0,
    }
    assert sign_in(user), "not yet asked for"
    assert faults(confirm(here["access"], "000000")) == [("/code", "invalid")]
    codes = confirm(here["access"], app_code(started["secret"])).json()["recovery_codes"]
    assert len({*codes}) == 10
    assert ApiClient(here["access"]).get(FACTOR).json()["recovery_codes_left"] == 10
    assert refusal(me(there["access"])) == (401, "session_revoked")
    assert me(here["access"]).status_code == 200
    run_jobs()
    assert [one.subject for one in mail.outbox] == ["Signing in asks for a code now"]
    for again in (start(here["access"]), confirm(here["access"], app_code(started["secret"], steps=1))):
        assert again.status_code in (409, 404)


def test_sign_in_takes_two_steps() -> None:
    user = person()
    secret, _ = switched_on(user)
    sessions = Session.objects.count()
    asked = ask(user, "Ada's phone")
    assert asked["is_enrolled"] is True
    assert Session.objects.count() == sessions
    done = complete(asked["mfa_token"], app_code(secret, steps=1))
    assert done.status_code == 200, done.content
    pair = done.json()
    assert pair["recovery_codes"] == []
    assert me(pair["access"]).json()["id"] == str(user.pk)
    assert refresh(pair["refresh"]).status_code == 200
    session = Session.objects.get(pk=pair["session_id"])
    assert (session.device_name, session.has_second_factor) == ("Ada's phone", True)
    assert AuditEntry.objects.filter(action="session.started", subject_id=UUID(pair["session_id"])).exists()


def test_a_code_counts_once() -> None:
    user = person()
    secret, (recovery, *_) = switched_on(user)
    token, factor = ask(user)["mfa_token"], SecondFactor.objects.get()
    used = totp._totp(factor.secret).generate(factor.last_step * 30).decode()
    assert faults(complete(token, used)) == [("/code", "invalid")], "it confirmed before"
    later = app_code(secret, steps=1)
    assert complete(token, later).status_code == 200
    assert faults(complete(token, later)) == [("/code", "invalid")]
    assert complete(token, recovery.upper().replace("-", " ")).status_code == 200
    assert faults(complete(ask(user)["mfa_token"], recovery)) == [("/code", "invalid")]
    assert len(SecondFactor.objects.get().recovery_digests) == 9


def test_nothing_that_makes_codes_is_stored() -> None:
    secret, codes = switched_on(person())
    stored = str([*SecondFactor.objects.values(), *AuditEntry.objects.values()])
    assert SecondFactor.objects.get().secret in stored
    for plain in (secret, *codes, *(code.replace("-", "") for code in codes)):
        assert plain not in stored


def test_another_secret_key_reads_nothing_unless_the_old_one_is_kept(settings: Settings) -> None:
    secret = make_secret()
    shown, old = shown_secret(secret), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, [old]
    assert shown_secret(secret) == shown
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        shown_secret(secret)


def test_a_token_is_of_no_use_without_the_password_it_stands_for(settings: Settings) -> None:
    user = person()
    secret, _ = switched_on(user)
    token = ask(user)["mfa_token"]
    code = app_code(secret, steps=1)
    for spoilt in (f"{token}x", "x", token[1:]):
        assert refusal(complete(spoilt, code)) == (401, "token_invalid")
    assert refusal(me(token)) == (401, "token_invalid")
    assert reset(token_for(user)).status_code == 204
    assert refusal(complete(token, code)) == (401, "token_invalid")
    settings.CHALLENGE_LIFETIME = timedelta(seconds=-1)
    assert refusal(complete(token, code)) == (401, "token_expired")


def test_a_reset_password_does_not_do_for_the_code() -> None:
    user = person()
    switched_on(user)
    assert reset(token_for(user), "another horse battery").status_code == 204
    body = {"email": user.email, "password": "another horse battery"}
    assert refusal(ApiClient().post("/v1/auth/token", body)) == (401, "mfa_required")


def test_guessing_codes_has_an_end(set_budget: SetBudget) -> None:
    user = person()
    secret, _ = switched_on(user)
    token = ask(user)["mfa_token"]
    tried = [refusal(complete(token, f"{number:06}")) for number in range(6)]
    assert tried == [(400, "validation_failed")] * 5 + [(429, "rate_limited")]
    assert refusal(complete(ask(user)["mfa_token"], app_code(secret, steps=1))) == (429, "rate_limited")
    set_budget(100, "code")
    set_budget(0, "code_day")  # bounds strangers, and not the owner where they signed in before
    assert complete(token, app_code(secret, steps=1)).status_code == 200


def test_it_is_switched_off_with_password_and_code() -> None:
    user = person()
    secret, (recovery, *_) = switched_on(user)
    access = complete(ask(user)["mfa_token"], app_code(secret, steps=1)).json()["access"]

    def remove(password: str, code: str) -> Any:
        return ApiClient(access).post(f"{FACTOR}/remove", {"current_password": password, "code": code})

    assert faults(remove("wrong horse battery", recovery)) == [("/current_password", "invalid")]
    assert faults(remove(PASSWORD, "000000")) == [("/code", "invalid")]
    assert remove(PASSWORD, recovery).status_code == 204
    assert sign_in(user)
    assert refusal(remove(PASSWORD, recovery)) == (404, "not_found")
    run_jobs()
    assert mail.outbox[-1].subject == "Signing in no longer asks for a code"


def require(state: str) -> str:
    told = StringIO()
    call_command("require_second_factor", state, stdout=told)
    return told.getvalue()


def staff(cast: Cast) -> User:
    user = cast.desk_coquitlam
    user.set_password(PASSWORD)
    user.save()
    return user


def test_where_the_chain_wants_one_staff_enrol_as_they_sign_in(cast: Cast) -> None:
    user = staff(cast)
    before, patient = sign_in(user), ApiClient().as_(cast.patient.user or user)
    assert require("on").startswith("on")
    assert refusal(me(before["access"])) == (401, "session_revoked")
    assert patient.get("/v1/me").status_code == 200
    asked = ask(user)
    assert asked["is_enrolled"] is False
    started = ApiClient().post("/v1/auth/mfa/start", {"mfa_token": asked["mfa_token"]})
    assert started.status_code == 200, started.content
    assert faults(complete(asked["mfa_token"], "000000")) == [("/code", "invalid")]
    done = complete(asked["mfa_token"], app_code(started.json()["secret"])).json()
    assert len(done["recovery_codes"]) == 10
    client = ApiClient(done["access"])
    assert client.get(FACTOR).json() == {"is_enabled": True, "is_required": True, "recovery_codes_left": 10}
    again = ApiClient().post("/v1/auth/mfa/start", {"mfa_token": ask(user)["mfa_token"]})
    assert refusal(again) == (409, "already_exists")
    body = {"current_password": PASSWORD, "code": done["recovery_codes"][0]}
    assert refusal(client.post(f"{FACTOR}/remove", body)) == (403, "permission_denied")
    require("off")
    assert client.get("/v1/me").status_code == 200
    assert client.post(f"{FACTOR}/remove", body).status_code == 204


def test_enrolling_at_sign_in_takes_a_token_in_force(cast: Cast, settings: Settings) -> None:
    user = staff(cast)
    require("on")
    token = ask(user)["mfa_token"]
    assert refusal(ApiClient().post("/v1/auth/mfa/start", {"mfa_token": f"{token}x"})) == (401, "token_invalid")
    settings.CHALLENGE_LIFETIME = timedelta(seconds=-1)
    assert refusal(ApiClient().post("/v1/auth/mfa/start", {"mfa_token": token})) == (401, "token_expired")
    assert not SecondFactor.objects.exists()


def test_who_has_no_role_is_not_asked(cast: Cast) -> None:
    require("on")
    assert sign_in(person())
    assert Organisation.objects.get().requires_second_factor
    entry = AuditEntry.objects.get(action="organisation.changed")
    assert entry.after == {"requires_second_factor": True}
    require("on")
    assert AuditEntry.objects.filter(action="organisation.changed").count() == 1


def test_a_session_with_a_second_factor_outlives_the_demand_for_one(cast: Cast) -> None:
    user = staff(cast)
    secret, _ = switched_on(user)
    pair = complete(ask(user)["mfa_token"], app_code(secret, steps=1)).json()
    require("on")
    assert me(pair["access"]).status_code == 200


def test_who_lost_everything_is_helped(cast: Cast) -> None:
    user = person()
    switched_on(user)
    call_command("drop_second_factor", user.email.upper(), stdout=StringIO())
    assert not Session.objects.filter(user=user, ended_at=None).exists()
    assert sign_in(user)
    with pytest.raises(CommandError):
        call_command("drop_second_factor", user.email)
    with pytest.raises(CommandError):
        call_command("drop_second_factor", "nobody@people.test")


def test_a_code_needs_something_to_be_tried_on() -> None:
    access = sign_in(person())["access"]
    assert refusal(confirm(access, "000000")) == (404, "not_found")
    assert faults(start(access, "wrong horse battery")) == [("/current_password", "invalid")]
