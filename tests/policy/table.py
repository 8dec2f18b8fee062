"""The reviewed table of who may call what, as tests read it."""

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ALLOW, NOT_APPLICABLE = "allow", "-"
_VERDICTS = frozenset({ALLOW, NOT_APPLICABLE, "401", "403", "404"})


@dataclass(frozen=True)
class Cell:
    """One actor calls one operation on one target; `verdict` is `allow` or the status of the refusal."""

    operation: str
    actor: str
    target: str
    verdict: str


@dataclass(frozen=True)
class Policy:
    """`rows[operation][target]` are verdicts in the order of `actors`; `sees[actor]` are the visits a list shows."""

    actors: tuple[str, ...]
    rows: Mapping[str, Mapping[str, tuple[str, ...]]]
    sees: Mapping[str, frozenset[str]]

    def cells(self, operation: str) -> Iterator[Cell]:
        """The cells of one operation that say something."""
        for target, verdicts in self.rows[operation].items():
            for actor, verdict in zip(self.actors, verdicts, strict=True):
                if verdict != NOT_APPLICABLE:
                    yield Cell(operation, actor, target, verdict)

    def gaps(self, operations: Iterable[str], targets: Mapping[str, Iterable[str]]) -> list[str]:
        """What is missing from the table, stale or misspelt; `targets` are those that each operation can be sent."""
        served, told = set(operations), set(self.rows)
        faults = [f"{name}: no row" for name in sorted(served - told)]
        faults += [f"{name}: no such operation" for name in sorted(told - served)]
        for name in sorted(served & told):
            wanted = set(targets[name])
            faults += [f"{name}: no row for {target}" for target in sorted(wanted - set(self.rows[name]))]
            faults += [f"{name}: no such target as {target}" for target in sorted(set(self.rows[name]) - wanted)]
            faults += [f"{name}: {row}" for row in self.rows[name].values() if len(row) != len(self.actors)]
            faults += [f"{name}: {odd}" for row in self.rows[name].values() for odd in set(row) - _VERDICTS]
        return faults


KEY = "integration"
_REMOVED, _LIKE = "removed", "revoked"


def _with_derived(name: str, targets: Mapping[str, tuple[str, ...]], told: Any) -> dict[str, tuple[str, ...]]:
    """The rows with what an API key gets: as the actor under whom `integration` lists the operation, else 401; and a
    member who was removed, the same as somebody who signed out."""
    place = {actor: number for number, actor in enumerate(told["actors"])}
    like = next((actor for actor, names in told[KEY].items() if name in names), None)
    found = {}
    for target, verdicts in targets.items():
        is_open = verdicts[place["visitor"]] != "401"
        verdict = verdicts[place[like]] if like else verdicts[place["visitor"]] if is_open else "401"
        is_nobodys = target in ("own", "own_hold") or verdicts[place["desk"]] == NOT_APPLICABLE
        found[target] = (*verdicts, NOT_APPLICABLE if is_nobodys else verdict, verdicts[place[_LIKE]])
    return found


@functools.cache
def read() -> Policy:
    """The table as it was reviewed. Of all callers one: nobody changes it."""
    told = yaml.load(Path(__file__).with_name("policy.yaml").read_text(), yaml.CSafeLoader)
    rows = {
        operation: {target: tuple(str(verdict) for verdict in verdicts) for target, verdicts in targets.items()}
        for operation, targets in told["operations"].items()
    }
    rows = {name: _with_derived(name, targets, told) for name, targets in rows.items()}
    sees = {actor: frozenset(visits) for actor, visits in told["sees"].items()}
    return Policy((*told["actors"], KEY, _REMOVED), rows, sees)
