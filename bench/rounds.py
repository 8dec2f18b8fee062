"""What is measured, round after round in turn, and the table that comes of it."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import psycopg

from backend.accounts.models import User
from backend.appointments.availability.gather import Question
from backend.appointments.rules.facts import Window
from bench import floor, memory, plans, race, table
from bench.cpu import Cost, Meter, own, process_group
from bench.floor import Somebody, Wanted
from bench.place import Api, Client
from bench.seed import PASSWORD, Chain

DAYS = 30
SEARCHES, BOOKINGS, NOTHINGS = 20, 20, 60
WARM_UP = 60  # requests, until each worker's connections have prepared what they are sent
CLINICS_SEARCHED = 2  # where the first twenty practitioners work
RACED = 3  # practitioners whose starts the crowd wants


class Bench:
    """The servers, the people, and what has been measured so far."""

    def __init__(self, admin: psycopg.Connection, chain: Chain, app_url: str) -> None:
        self.admin, self.chain, self.app_url = admin, chain, app_url
        self.first = datetime.now(UTC).date() + timedelta(days=1)
        self.sizes: list[dict[str, Any]] = []
        self._etag = '""'

    def __enter__(self) -> Bench:
        self.api = Api(self.app_url)
        self.floor = floor.connect(self.app_url)
        self.clients = [Client(self.api, email, PASSWORD) for email in self.chain.emails]
        users = User.objects.filter(email__in=self.chain.emails).values_list("email", "pk", "patient__pk")
        people = {email: Somebody(user, patient) for email, user, patient in users}
        self.people = [people[email] for email in self.chain.emails]
        self.over_http = Meter(self.admin, lambda: process_group(self.api.process.pid), "evergreen")
        self.by_sql = Meter(self.admin, own, floor.APPLICATION)
        self._wishes = self._free_starts()
        return self

    def __exit__(self, *_: object) -> None:
        self.floor.close()
        self.api.stop()

    def question(self, practitioners: int = 20, days: int = DAYS) -> Question:
        """A search over so many practitioners and days."""
        window = Window(self.first, self.first + timedelta(days=days - 1))
        return Question(
            self.chain.service_id, window, practitioner_ids=tuple(self.chain.practitioner_ids[:practitioners])
        )

    def path(self, practitioners: int = 20, days: int = DAYS, view: str = "slots") -> str:
        """The same as a path of the API."""
        named = "".join(f"&practitioner={key}" for key in self.chain.practitioner_ids[:practitioners])
        last = self.first + timedelta(days=days - 1)
        return (
            f"slots?service={self.chain.service_id}&from_date={self.first}&to_date={last}&limit=100&view={view}{named}"
        )

    def measure_size(self, visits: int) -> None:
        """What the database alone takes for a search and a booking while the table is so large.

        On a new connection: one that knew a smaller table would go on making a plan for each of hundreds of questions.
        """
        self.floor.close()
        self.floor = floor.connect(self.app_url)
        search, bookings = floor.search(self.question()), [self._booking() for _ in range(BOOKINGS * 3)]
        for _ in range(10):
            floor.send(self.floor, search)
        costs = [self.by_sql.measure(lambda: floor.send(self.floor, search), SEARCHES) for _ in range(5)]
        queue = iter(bookings)
        booked = [self.by_sql.measure(lambda: floor.replay(self.floor, next(queue)), BOOKINGS) for _ in range(3)]
        self.sizes.append(
            {
                "visits": visits,
                "search_database_ms": median(cost.database for cost in costs),
                "booking_database_ms": median(cost.database for cost in booked),
                "plan": plans.of_the_busy_query(self.admin, search),
            }
        )

    def run(self, rounds: int, slots: int, searches: int) -> dict[str, Any]:
        """Measure everything in turn, so often."""
        for client in self.clients:
            client.sign_in()
        number, self._taken = next(self._wishes)
        _expect(201, self.clients[number].send("POST", "appointments", self._taken.body))
        acts = self._acts()
        for _, act, _ in acts.values():
            self._prepared = [self._booking() for _ in range(WARM_UP)] if act == self._book_by_sql else []
            for _ in range(WARM_UP):
                act()
        costs: dict[str, list[Cost]] = {name: [] for name in acts}
        for _ in range(rounds):
            for name, (meter, act, times) in acts.items():
                self._prepared = [self._booking() for _ in range(times)] if act == self._book_by_sql else []
                if "booking" not in name:
                    act()  # so that what is asked again has been asked since the clinics changed
                costs[name].append(meter.measure(act, times))
        for client in self.clients:
            client.sign_in()
        people = self.chain.practitioner_ids[-RACED:]
        wishes = list(itertools.islice(self._starts_of(people), slots))
        raced = race.hot_slots(self.admin, self.clients, wishes)
        naive = race.check_then_insert(self.admin, self.app_url, clients=len(self.clients), slots=min(slots, 50))
        remembered = memory.after_searches(self.app_url, self.chain, self.first, searches)
        figures = {
            "memory": remembered,
            "sizes": self.sizes,
            "race": raced,
            "check_then_insert": naive,
            "answer": self._answer(),
        }
        medians = {name: asdict(table.middle(of_act)) for name, of_act in costs.items()}
        return {"rows": table.rows(costs, figures, DAYS), "cpu_ms": medians, **figures}

    def _acts(self) -> dict[str, tuple[Meter, Callable[[], object], int]]:
        client = self.clients[0]
        sql = floor.search(self.question())
        days = [datetime.combine(self.first, datetime.min.time(), UTC) + timedelta(days=n) for n in range(DAYS)]
        people = self.chain.practitioner_ids[:20]

        def get(path: str) -> Callable[[], object]:
            return lambda: _expect(200, client.send("GET", path))

        nothing = f"appointments/{uuid.uuid4()}"
        http, raw = self.over_http, self.by_sql

        def anew(path: str) -> Callable[[], object]:
            def act() -> None:
                self._change_the_clinics()
                _expect(200, client.send("GET", path))

            return act

        return {
            "search SQL": (raw, lambda: floor.send(self.floor, sql), SEARCHES),
            "search": (http, anew(self.path()), SEARCHES),
            "search by day": (http, anew(self.path(view="days")), SEARCHES),
            "search 1 practitioner": (http, anew(self.path(practitioners=1)), SEARCHES),
            "search 1 day": (http, anew(self.path(days=1)), SEARCHES),
            "search again": (http, get(self.path()), SEARCHES),
            "search unchanged": (http, self._search_unchanged, SEARCHES),
            "naive search": (raw, lambda: floor.naive_search(self.floor, people, days), SEARCHES),
            "no-op": (http, lambda: _expect(404, client.send("GET", nothing)), NOTHINGS),
            "booking SQL": (raw, self._book_by_sql, BOOKINGS),
            "booking": (http, self._book, BOOKINGS),
            "booking lost": (http, self._lose, BOOKINGS),
        }

    def _change_the_clinics(self) -> None:
        """What is kept of the clinics that are searched is over, as after any change; not on the servers' account."""
        clinics = self.chain.clinic_ids[:CLINICS_SEARCHED]
        self.admin.execute("UPDATE common_stamp SET stamp = DEFAULT WHERE owner_id = ANY(%s)", [clinics])

    def _search_unchanged(self) -> None:
        """Ask whether it has changed; each minute it has."""
        client = self.clients[0]
        status, body = client.send("GET", self.path(), known=self._etag)
        if status != 304:
            _expect(200, (status, body))
            self._etag = client.etag

    def _book(self) -> None:
        number, wanted = next(self._wishes)
        _expect(201, self.clients[number].send("POST", "appointments", wanted.body))

    def _lose(self) -> None:
        """Ask for what the same caller's neighbour has."""
        _expect(409, self.clients[-1].send("POST", "appointments", self._taken.body))

    def _book_by_sql(self) -> None:
        floor.replay(self.floor, self._prepared.pop())

    def _booking(self) -> floor.Statements:
        number, wanted = next(self._wishes)
        return floor.booking(wanted, self.people[number])

    def _free_starts(self) -> Iterator[tuple[int, Wanted]]:
        """Starts that are free, each for a caller who is free then: one caller, one practitioner."""
        people = self.chain.practitioner_ids[20 : 20 + len(self.clients)]
        for number, person in enumerate(people):
            for wanted in self._starts_of([person]):
                yield number, wanted

    def _starts_of(self, people: list[uuid.UUID]) -> Iterator[Wanted]:
        for person in people:
            path = (
                f"slots?service={self.chain.service_id}&practitioner={person}&limit=100"
                f"&from_date={self.first}&to_date={self.first + timedelta(days=DAYS)}"
            )
            _, page = self.clients[0].call("GET", path)
            for day in page["results"]:
                for slot in day["slots"]:
                    at = datetime.fromisoformat(slot["starts_at"])
                    yield Wanted(self.chain.service_id, uuid.UUID(day["clinic_id"]), person, at)

    def _answer(self) -> dict[str, Any]:
        _, body = self.clients[0].send("GET", self.path())
        _, by_day = self.clients[0].send("GET", self.path(view="days"))
        _, page = self.clients[0].call("GET", self.path())
        starts = sum(len(day["slots"]) for day in page["results"])
        free = sum(len(slot["practitioner_ids"]) for day in page["results"] for slot in day["slots"])
        rows = len(page["results"])
        return {
            "days_and_clinics": rows,
            "starts": starts,
            "starts_times_practitioners": free,
            "bytes_a_start_and_practitioner": round(len(body) / free),
            "bytes_a_day": round(len(by_day) / rows),
        }


def _expect(status: int, answer: tuple[int, bytes]) -> None:
    if answer[0] != status:
        raise RuntimeError(f"{answer[0]} instead of {status}: {answer[1][:500]!r}")
