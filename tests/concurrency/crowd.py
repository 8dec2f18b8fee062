"""Many people at once: each on a connection of their own that stays open, all started by one barrier."""

import json
import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection, HTTPException
from select import select
from threading import Barrier
from typing import Any, TypeVar

import psycopg

from tests.api_client import PASSWORD
from tests.live import LiveApi

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and after how long. Names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    data: Any
    seconds: float

    @property
    def verdict(self) -> tuple[int, str | None]:
        """Status and, of a problem, its code."""
        return self.status, self.data.get("code") if self.status >= 400 else None


class NoAnswer(Exception):
    """The connection broke: whether the request took effect is not known."""


class Caller:
    """Somebody with a token and one keep-alive connection. Not for two threads at a time."""

    def __init__(self, api: LiveApi, token: str | None = None) -> None:
        self.api, self.token = api, token
        self._connection = HTTPConnection("127.0.0.1", api.port, timeout=30)

    def twin(self) -> "Caller":
        """The same person on another connection."""
        return Caller(self.api, self.token)

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Answer:
        """POST under `/v1/`. Raises NoAnswer."""
        return self.call("POST", path, body, key=key)

    def book(self, wanted: dict[str, Any], *, key: str | None = None) -> Answer:
        """Book outright or by `hold_id`, under a key of its own unless one is given."""
        return self.post("appointments", wanted, key=key or secrets.token_hex(8))

    def call(self, method: str, path: str, body: Any = None, *, key: str | None = None, language: str = "en") -> Answer:
        """Any method under `/v1/`. Raises NoAnswer."""
        headers = {"Content-Type": "application/json", "Accept-Language": language}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if key:
            headers["Idempotency-Key"] = key
        self._hang_up_if_left()
        began = time.monotonic()
        try:
            self._connection.request(method, f"/v1/{path}", None if body is None else json.dumps(body), headers)
            response = self._connection.getresponse()
            text = response.read()
        except (OSError, HTTPException) as error:
            self._connection.close()
            raise NoAnswer from error
        seconds = time.monotonic() - began
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, headers, json.loads(text) if text else {}, seconds)

    def _hang_up_if_left(self) -> None:
        sock = self._connection.sock
        if sock is not None and select([sock], [], [], 0)[0]:  # nothing was asked, so this is the server's goodbye
            self._connection.close()

    def __del__(self) -> None:
        self._connection.close()


def at_once(acts: Sequence[Callable[[], T]]) -> list[T]:
    """Let all act at the same moment; what each brought, in their order. Raises the first failure."""
    start = Barrier(len(acts), timeout=30)

    def run(act: Callable[[], T]) -> T:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def meanwhile(act: Callable[[], T], other: Callable[[], object]) -> T:
    """Let one act and do the other here; what the first brought."""
    with ThreadPoolExecutor(1) as pool:
        acting = pool.submit(act)
        other()
        return acting.result()


# Copies of a person of the demo cast, whatever columns the tables have: same password, verified, known at the clinic.
_NEWCOMERS = """
    WITH model AS (SELECT u.id, p.id AS patient_id FROM accounts_user u JOIN patients_patient p ON p.user_id = u.id
                   WHERE u.email = 'new@demo.test'),
    ids AS (SELECT gen_random_uuid() AS user_id, gen_random_uuid() AS patient_id, gen_random_uuid() AS link_id,
                   format('%%s.%%s@crowd.test', %(name)s::text, n) AS email
            FROM generate_series(1, %(count)s) AS n),
    users AS (INSERT INTO accounts_user SELECT (jsonb_populate_record(u, jsonb_build_object(
                  'id', ids.user_id, 'email', ids.email))).*
              FROM ids, accounts_user u WHERE u.id = (SELECT id FROM model)),
    patients AS (INSERT INTO patients_patient SELECT (jsonb_populate_record(p, jsonb_build_object(
                     'id', ids.patient_id, 'user_id', ids.user_id, 'email', ids.email))).*
                 FROM ids, patients_patient p WHERE p.id = (SELECT patient_id FROM model)),
    links AS (INSERT INTO patients_patientclinic SELECT (jsonb_populate_record(l, jsonb_build_object(
                  'id', ids.link_id, 'patient_id', ids.patient_id))).*
              FROM ids, patients_patientclinic l WHERE l.patient_id = (SELECT patient_id FROM model))
    SELECT email FROM ids
"""


def newcomers(api: LiveApi, count: int) -> list[Caller]:
    """So many new patients of the clinic at Coquitlam, signed in."""
    with psycopg.connect(api.owner_database_url) as database:
        rows = database.execute(_NEWCOMERS, {"name": secrets.token_hex(4), "count": count}).fetchall()
    return at_once([partial(sign_in, api, email) for (email,) in rows])


def sign_in(api: LiveApi, email: str) -> Caller:
    """Somebody of the demo cast, or a newcomer."""
    caller = Caller(api)
    answer = caller.post("auth/token", {"email": email, "password": PASSWORD})
    assert answer.status == 200, answer.data
    caller.token = answer.data["access"]
    return caller
