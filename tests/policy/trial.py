"""One actor puts ids into one place of a call."""

import functools
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from tests.policy.calls import Operation, Sent
from tests.policy.ids import KINDS
from tests.policy.judge import bare
from tests.policy.shapes import Place
from tests.policy.traces import fingerprint, undone, writes
from tests.policy.world import ABSENT, World

KNOWN: Mapping[tuple[str, str], str] = {
    ("createAdviceTemplate", "/service_id"): "Advice also goes out after the visits of a service that is withdrawn.",
    ("createService", "/assessment_service_id"): "A service can be prepared before those it builds on are offered.",
    ("updateService", "/assessment_service_id"): "A service can be prepared before those it builds on are offered.",
}
"""Where something withdrawn may still be written down, and why."""


def asking() -> AbstractContextManager[Any]:
    """Around each call; a negative control takes a guard away here."""
    return nullcontext()


class Trial:
    """One actor puts ids into one place of a call."""

    def __init__(
        self, world: World, operation: Operation, place: Place, actor: str, sent: Sent, before: dict[str, Any]
    ) -> None:
        self.world, self.operation, self.place, self.actor = world, operation, place, actor
        self.sent, self.before, self.kind = sent, before, KINDS[place.name]
        self.is_read = False
        """Whether any row was answered otherwise than an absent one."""

    def faults(self, is_read: bool) -> Iterator[str]:
        """What goes wrong with each row; one that the actor is shown is tried only until `is_read`."""
        for row in self.kind.rows(self.world, self.actor):
            is_shown = self._is_shown(row)
            if is_shown and (is_read or self.is_read):
                continue
            answer, changed = self._ask(row.pk)
            is_told = bare(answer) != self._absent
            self.is_read = self.is_read or is_told
            if not is_shown:
                for fault in self._of_foreign(answer, is_told, changed):
                    yield f"{self.operation.id} {self.place}: {self.actor} with {type(row).__name__} {row.pk}: {fault}"

    def _of_foreign(self, answer: Any, is_told: bool, changed: list[str]) -> Iterator[str]:
        is_accepted = answer.status_code < 400
        if changed and not is_accepted:
            yield f"{answer.status_code}, and wrote to {changed}"
        if self.kind.why_public:
            is_known = (self.operation.id, str(self.place)) in KNOWN
            if changed and is_accepted and self.operation.method != "GET" and not is_known:
                yield f"{answer.status_code}: nobody is shown it any more, and yet it is written to {changed}"
        elif is_told:
            yield f"differs from the answer about what is absent: {answer.content.decode()[:300]}"

    @functools.cached_property
    def _absent(self) -> tuple[Any, ...]:
        return bare(self._ask(ABSENT)[0])

    def _ask(self, row_id: Any) -> tuple[Any, list[str]]:
        sent = self.place.put(self.sent, str(row_id))
        with undone(), asking():
            written = writes()
            answer = self.operation.send(self.world.clients[self.actor], sent)
            if writes() == written:
                return answer, []
            after = fingerprint()
            return answer, [name for name in after if after[name] != self.before[name]]

    def _is_shown(self, row: Any) -> bool:
        with undone():
            return self.kind.is_shown(self.world, self.actor, row)
