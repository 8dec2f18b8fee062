"""Who gets in: a refresh token that many use at once, ended sessions, and what times to answer tell of addresses."""

from __future__ import annotations

import secrets
import time
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median
from typing import Any

import psycopg

from bench.place import Api, Client
from bench.race import at_once

CROWD = 64
_SUCCESSORS = "SELECT count(*) FROM accounts_refreshtoken WHERE session_id = %s AND used_at IS NULL"


def run(owner_url: str, app_url: str, *, rounds: int) -> dict[str, Any]:
    """All three, on a server of two processes. So many rounds of each."""
    from bench import seed

    emails = seed.seed_places(1, 3).emails[:CROWD]
    who = {"email": emails[0], "password": seed.PASSWORD}
    api = Api(app_url)
    try:
        with psycopg.connect(owner_url, autocommit=True) as admin:
            return {
                "refresh_race": _refresh_race(admin, api, who, rounds),
                "ended_sessions": _ended_sessions(api, who, rounds),
                "addresses": _addresses(Client(api), emails, rounds),
            }
    finally:
        api.stop()


def _refresh_race(admin: psycopg.Connection, api: Api, who: dict[str, str], rounds: int) -> dict[str, Any]:
    """Everybody refreshes with one token at the same moment; the next round is fought with its successor."""
    visitor, crowd = Client(api), [Client(api) for _ in range(CROWD)]
    pair = visitor.call("POST", "auth/token", who)[1]
    statuses: Counter[str] = Counter()
    with_one_pair = with_one_successor = 0
    for _ in range(rounds):
        body = {"refresh": pair["refresh"]}
        answers = at_once([partial(one.call, "POST", "auth/refresh", body) for one in crowd])
        statuses.update(str(status) for status, _ in answers)
        with_one_pair += len({str(answer) for _, answer in answers}) == 1
        with_one_successor += admin.execute(_SUCCESSORS, [pair["session_id"]]).fetchall() == [(1,)]
        first, pair = pair, answers[0][1]
    visitor.call("POST", "auth/refresh", {"refresh": pair["refresh"]})  # used, so the one before is a replay
    reused = visitor.call("POST", "auth/refresh", {"refresh": first["refresh"]})[1]["code"]
    ended = visitor.call("POST", "auth/refresh", {"refresh": pair["refresh"]})[1]["code"]
    return {
        "clients": len(crowd), "rounds": rounds, "statuses": dict(statuses), "rounds_with_one_pair": with_one_pair,
        "rounds_with_one_successor": with_one_successor, "replay_answers": reused, "then_the_family_answers": ended,
    }  # fmt: skip


def _ended_sessions(api: Api, who: dict[str, str], rounds: int) -> dict[str, Any]:
    """Sixteen connections, so both processes, ask with a token whose session ended the moment before."""
    answers: Counter[str] = Counter()
    delays = []
    for _ in range(max(rounds // 10, 1)):
        access = Client(api).call("POST", "auth/token", who)[1]["access"]
        holders = [Client(api, token=access) for _ in range(16)]
        before = [holder.call("GET", "me")[0] for holder in holders]  # each process has seen the token, and keeps it
        holders[0].call("POST", "auth/logout")
        ended = time.perf_counter()
        after = [status for status, _ in at_once([partial(one.call, "GET", "me") for one in holders])]
        delays.append(time.perf_counter() - ended)
        answers.update(f"{was} then {status}" for was, status in zip(before, after, strict=True))
    return {"sessions": len(delays), "answers": dict(answers), "all_refused_within_ms": round(max(delays) * 1000)}


def _addresses(asker: Client, emails: Sequence[str], rounds: int) -> dict[str, Any]:
    """Known and unknown addresses in turn: status, and how often the known one takes longer (0.5 tells nothing)."""
    wrong = {"password": "not the password of anybody"}
    person = {"password": secrets.token_urlsafe(16), "given_name": "A", "family_name": "B"}
    calls: dict[str, Callable[[str], tuple[int, Any]]] = {
        "signing in": lambda email: asker.call("POST", "auth/token", {"email": email, **wrong}),
        "forgotten password": lambda email: asker.call("POST", "auth/password/forgot", {"email": email}),
        "registering": lambda email: asker.call("POST", "auth/register", {"email": email, **person}),
    }
    told = {}
    for name, call in calls.items():
        seconds: dict[bool, list[float]] = {True: [], False: []}
        answers: dict[bool, set[str]] = {True: set(), False: set()}
        for number in range(rounds):
            for is_known in (True, False) if number % 2 else (False, True):
                email = emails[number % len(emails)] if is_known else f"{secrets.token_hex(8)}@bench.test"
                began = time.perf_counter()
                status, body = call(email)
                seconds[is_known].append(time.perf_counter() - began)
                answers[is_known].add(f"{status} {body.get('code') if body else ''}".strip())
        told[name] = {
            "answers_are_equal": answers[True] == answers[False], "answers": sorted(answers[True]),
            "median_known_ms": round(1000 * median(seconds[True]), 2),
            "median_unknown_ms": round(1000 * median(seconds[False]), 2),
            "known_takes_longer": round(_chance(seconds[True], seconds[False]), 3),
        }  # fmt: skip
    return told


def _chance(ones: Sequence[float], others: Sequence[float]) -> float:
    """How often one of these is above one of the others (the area under the ROC curve)."""
    ranked = sorted(others)
    above = sum(bisect_left(ranked, one) + bisect_right(ranked, one) for one in ones)
    return above / 2 / len(ones) / len(ranked)
