"""How often one may try to sign in, register and refresh: the defaults, and who is kept out and who is not (R20)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from backend.accounts.models import User
from tests.accounts.people import PASSWORD, person, refusal, sign_in
from tests.api_client import ApiClient
from tests.limits import SetBudget
from tests.valkey import Windows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("windows")]

HOME, ELSEWHERE = "192.0.2.1", "198.51.100.1"
LIMITED = (429, "rate_limited")
WRONG = (401, "credentials_invalid")


def at(address: str) -> ApiClient:
    client = ApiClient()
    client.http.defaults["REMOTE_ADDR"] = address
    return client


def try_in(who: User | str, password: str = PASSWORD, address: str = HOME) -> Any:
    email = who if isinstance(who, str) else who.email
    return at(address).post("/v1/auth/token", {"email": email, "password": password})


def guess(who: User | str, times: int, address: str = HOME) -> list[tuple[int, str]]:
    return [refusal(try_in(who, "wrong horse battery", address)) for _ in range(times)]


def told(response: Any) -> set[str]:
    return set(re.findall(r'"(\w+)";r=', response["RateLimit"]))


@pytest.mark.parametrize("email", ["known@people.test", "nobody@people.test"])
def test_twenty_guesses_at_an_account_from_one_address(windows: Windows, email: str) -> None:
    person(email="known@people.test")
    assert guess(email, 21) == [WRONG] * 20 + [LIMITED]
    refused = try_in(f" {email.upper()}")
    assert refusal(refused) == LIMITED  # whatever the letter case, and the right password too
    assert 0 < int(refused["Retry-After"]) <= 900
    assert refusal(try_in("other@people.test")) == WRONG
    assert refusal(try_in(email, "wrong horse battery", ELSEWHERE)) == WRONG
    windows.shorten(timedelta(hours=1))
    assert refusal(try_in(email, "wrong horse battery")) == WRONG


def test_success_forgives_what_was_mistyped() -> None:
    user = person()
    guess(user, 19)
    assert try_in(user).status_code == 200
    assert guess(user, 21) == [WRONG] * 20 + [LIMITED]


def test_fifty_guesses_at_an_account_from_anywhere() -> None:
    user = person()
    addresses = [f"203.0.113.{number}" for number in range(51)]
    guesses = [guess(user, 1, address)[0] for address in addresses]
    assert guesses == [WRONG] * 50 + [LIMITED]


def test_strangers_do_not_shut_out_the_owner(windows: Windows, set_budget: SetBudget) -> None:
    user, other = person(), person()
    assert try_in(user, address=HOME).status_code == 200
    for name in ("sign_in_account", "sign_in"):
        set_budget(0, name)
    assert refusal(try_in(user, address=ELSEWHERE)) == LIMITED
    assert refusal(try_in(other, address=HOME)) == LIMITED
    assert try_in(user, address=HOME).status_code == 200
    windows.shorten(timedelta(days=31), "known_device")
    assert refusal(try_in(user, address=HOME)) == LIMITED


def test_who_stays_signed_in_notices_nothing(set_budget: SetBudget) -> None:
    user = person()
    pair = sign_in(user)
    for name in ("sign_in_device", "sign_in_account", "sign_in", "sign_in_address"):
        set_budget(0, name)
    assert refusal(try_in(user)) == LIMITED
    assert ApiClient().post("/v1/auth/refresh", {"refresh": pair["refresh"]}).status_code == 200


def test_a_hundred_accounts_from_one_address(set_budget: SetBudget) -> None:
    set_budget(3, "sign_in_address")
    assert [refusal(try_in(f"n{number}@people.test")) for number in range(4)] == [WRONG] * 3 + [LIMITED]
    assert refusal(try_in("n9@people.test", address=ELSEWHERE)) == WRONG


def test_everybody_together(set_budget: SetBudget) -> None:
    set_budget(2, "sign_in")
    addresses = [f"203.0.113.{number}" for number in range(3)]
    tried = [refusal(try_in(f"n{number}@people.test", address=address)) for number, address in enumerate(addresses)]
    assert tried == [WRONG, WRONG, LIMITED]


def test_what_others_tried_is_not_told() -> None:
    assert told(try_in(person())) == {"requests", "sign_in_device", "sign_in_address"}


def test_no_address_is_kept(windows: Windows) -> None:
    try_in("ada@people.test")
    keys = " ".join(windows.keys())
    assert keys.count("sign_in") == 4
    assert "ada" not in keys
    assert HOME not in keys


def test_a_malformed_try_costs_nothing(set_budget: SetBudget) -> None:
    set_budget(1, "sign_in_device")
    assert at(HOME).post("/v1/auth/token", {"email": "ada@people.test"}).status_code == 400
    assert guess("ada@people.test", 2) == [WRONG, LIMITED]


def register(email: str, address: str) -> int:
    body = {"email": email, "password": PASSWORD, "given_name": "Ada", "family_name": "Featherstone"}
    status: int = at(address).post("/v1/auth/register", body).status_code
    return status


def resend(email: str, address: str) -> int:
    status: int = at(address).post("/v1/auth/email/resend", {"email": email}).status_code
    return status


@pytest.mark.parametrize("ask", [register, resend])
def test_an_address_opens_twenty_accounts_an_hour(ask: Callable[[str, str], int]) -> None:
    assert [ask(f"n{number}@people.test", HOME) for number in range(21)] == [202] * 20 + [429]
    assert ask("n99@people.test", ELSEWHERE) == 202


def test_a_mailbox_gets_five_mails_an_hour_from_whoever_asks() -> None:
    asked = [register("ada@people.test", f"203.0.113.{number}") for number in range(3)]
    asked += [resend("ada@people.test", f"203.0.113.{number}") for number in range(3, 6)]
    assert asked == [202] * 5 + [429]


def test_a_token_is_refreshed_a_hundred_times_in_its_window() -> None:
    pair, other = sign_in(person()), sign_in(person())
    statuses = [ApiClient().post("/v1/auth/refresh", {"refresh": pair["refresh"]}).status_code for _ in range(101)]
    assert statuses == [200] * 100 + [429]
    assert ApiClient().post("/v1/auth/refresh", {"refresh": other["refresh"]}).status_code == 200


def test_an_address_refreshes_only_so_often(set_budget: SetBudget) -> None:
    set_budget(2, "refresh_address")
    statuses = [at(HOME).post("/v1/auth/refresh", {"refresh": f"t{number}"}).status_code for number in range(3)]
    assert statuses == [401, 401, 429]
    assert at(ELSEWHERE).post("/v1/auth/refresh", {"refresh": "t"}).status_code == 401
