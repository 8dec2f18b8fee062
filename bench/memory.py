"""How much memory the workers take when they have been asked about everybody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from bench.cpu import process_group
from bench.place import Api, Client
from bench.seed import PASSWORD, Chain

CLIENTS = 4
LATEST_BEGIN, DAYS = 20, (1, 7, 14, 30)


def after_searches(url: str, chain: Chain, first: date, searches: int) -> dict[str, Any]:
    """Megabytes of a new server of two workers before and after so many searches, spread over clinics and dates."""
    api = Api(url)
    try:
        before = megabytes(api)
        with ThreadPoolExecutor(CLIENTS) as pool:
            asked = [pool.submit(_ask, api, chain, first, number, searches // CLIENTS) for number in range(CLIENTS)]
            for one in asked:
                one.result()
        return {"searches": searches, "before_mb": before, "after_mb": megabytes(api)}
    finally:
        api.stop()


def _ask(api: Api, chain: Chain, first: date, number: int, searches: int) -> None:
    random, client = Random(number), Client(api, chain.emails[number], PASSWORD)  # noqa: S311 (the same each run)
    for done in range(searches):
        if done % 500 == 499:
            client.sign_in()
        begin = first + timedelta(days=random.randint(0, LATEST_BEGIN))
        last = begin + timedelta(days=random.choice(DAYS) - 1)
        clinic = random.choice(chain.clinic_ids)
        path = f"slots?service={chain.service_id}&clinic={clinic}&from_date={begin}&to_date={last}&limit=100"
        status, body = client.send("GET", path)
        if status != 200:
            raise RuntimeError(f"{status}: {body[:500]!r}")


def megabytes(api: Api) -> int:
    """What the server's processes have in memory; what they share is counted once."""
    kilobytes = 0
    for pid in process_group(api.process.pid):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                kilobytes += int(line.split()[1])
    return kilobytes // 1024
