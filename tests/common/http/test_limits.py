"""Budgets as clients see them, on throw-away operations and on the real ones."""

import re
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, RequestFactory
from pytest_django import Settings

from backend.common.http.addresses import address_of
from backend.common.http.limits import REQUESTS
from backend.common.http.openapi.document import describe_api
from backend.common.permissions import Permission
from backend.config.settings.budgets import DEFAULTS, Budget, read_budgets
from tests.common.http.conftest import caller
from tests.limits import SetBudget

pytestmark = pytest.mark.django_db


def left(response: Any) -> dict[str, int]:
    return {name: int(uses) for name, uses in re.findall(r'"(\w+)";r=(\d+);t=\d+', response["RateLimit"])}


def test_every_answer_says_how_the_budget_stands(client: Client, set_budget: SetBudget) -> None:
    set_budget(10)
    for number, path in enumerate(["/v1/notes", "/v1/mine", "/v1/nowhere", "/nowhere"], 1):
        response = client.get(path)
        assert response["RateLimit-Policy"] == '"requests";q=10;w=60'
        assert left(response) == {"requests": 10 - number}, path


def test_who_asks_too_often_is_told_to_wait(client: Client, set_budget: SetBudget) -> None:
    set_budget(1)
    assert client.get("/v1/notes").status_code == 200
    for path in ("/v1/notes", "/v1/mine", "/v1/nowhere"):
        response = client.get(path)
        assert (response.status_code, response.json()["code"]) == (429, "rate_limited"), path
        assert 0 < int(response["Retry-After"]) <= 60


def test_people_behind_one_address_have_budgets_of_their_own(client: Client, set_budget: SetBudget) -> None:
    set_budget(1)
    ann, bob = caller("ann"), caller("bob")
    assert client.get("/v1/mine", headers=ann).status_code == 200
    assert client.get("/v1/mine", headers=ann).status_code == 429
    assert client.get("/v1/mine", headers=bob).status_code == 200
    assert client.get("/v1/notes").status_code == 200


def test_every_operation_documents_it(settings: Settings) -> None:
    settings.ROOT_URLCONF = "backend.config.urls"
    document = describe_api()
    operations = [one for methods in document["paths"].values() for one in methods.values()]
    assert len(operations) > 90
    for operation in operations:
        assert operation["responses"]["429"] == {"$ref": "#/components/responses/RateLimited"}
    refused = document["components"]["responses"]["RateLimited"]
    assert {"Retry-After", "RateLimit", "RateLimit-Policy"} <= refused["headers"].keys()


@pytest.mark.parametrize(
    ("trusted", "forwarded", "expected"),
    [
        (0, None, "192.0.2.1"),
        (0, "203.0.113.9", "192.0.2.1"),
        (1, None, "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.7, 203.0.113.9", "198.51.100.7"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "nonsense", ""),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (1, "[2001:db8:1:2::9]", "2001:db8:1:2::"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_only_our_own_proxies_are_believed(
    settings: Settings, trusted: int, forwarded: str | None, expected: str
) -> None:
    settings.TRUSTED_PROXIES = trusted
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    assert address_of(RequestFactory().get("/", headers=headers, REMOTE_ADDR="192.0.2.1")) == expected


# Every header by which some proxy somewhere names the client, and ways to write one that readers differ about.
INVENTED = [
    *(
        {name: "203.0.113.9"}
        for name in [
            "X-Forwarded-For",
            "X-Forwarded",
            "X-Forwarded-Host",
            "X-Forwarded-Server",
            "Forwarded-For",
            "X-Real-IP",
            "X-Client-IP",
            "X-Cluster-Client-IP",
            "X-Originating-IP",
            "X-Remote-IP",
            "X-Remote-Addr",
            "X-ProxyUser-Ip",
            "Client-IP",
            "Remote-Addr",
            "True-Client-IP",
            "CF-Connecting-IP",
            "Fastly-Client-IP",
            "Via",
        ]
    ),
    {"Forwarded": "for=203.0.113.9;proto=https"},
    {"X-Forwarded-For": "203.0.113.9, 127.0.0.1"},
    {"X-Forwarded-For": "127.0.0.1"},
    {"X_Forwarded_For": "203.0.113.9"},
]


@pytest.mark.parametrize("headers", INVENTED, ids=lambda headers: " ".join([*headers, *headers.values()]))
def test_an_invented_address_buys_nothing(client: Client, set_budget: SetBudget, headers: dict[str, str]) -> None:
    assert len(INVENTED) >= 20
    set_budget(1)
    assert client.get("/v1/notes").status_code == 200
    assert client.get("/v1/notes", headers=headers).status_code == 429


def test_budgets_are_settings() -> None:
    assert read_budgets("") == DEFAULTS
    changed = read_budgets("*=5/60, requests=7/1")
    assert changed.keys() == DEFAULTS.keys()
    assert changed[REQUESTS] == Budget.of(7, seconds=1)
    assert changed["dependant"] == Budget.of(5, seconds=60)


@pytest.mark.parametrize("text", ["nonsense=1/1", "requests", "requests=-1/60", "requests=1/0", "requests=1", "*"])
def test_budgets_that_mean_nothing_stop_the_start(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="BUDGETS"):
        read_budgets(text)


def test_a_refused_attempt_counts(client: Client, set_budget: SetBudget) -> None:
    set_budget(1, "dependant")
    ann = caller("ann", Permission.CLINIC_MANAGE)
    first = client.post("/v1/knocks", {"text": "refuse"}, content_type="application/json", headers=ann)
    assert (first.status_code, left(first)["dependant"]) == (409, 0)
    again = client.post("/v1/knocks", {"text": "good"}, content_type="application/json", headers=ann)
    assert (again.status_code, left(again)["dependant"]) == (429, 0)
    assert 80_000 < int(again["Retry-After"]) <= 86_400


def test_a_budget_of_a_public_operation_is_an_addresss(client: Client, set_budget: SetBudget) -> None:
    set_budget(1, "dependant")
    told = [
        client.post("/v1/rings", content_type="application/json", REMOTE_ADDR=address).status_code
        for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2")
    ]
    assert told == [204, 429, 204]
