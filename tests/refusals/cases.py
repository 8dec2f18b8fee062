"""For each operation a call that would succeed, ready to be broken in one way."""

from dataclasses import dataclass, replace
from typing import Any

from django.urls import resolve

from backend.common.http.endpoints import Endpoint
from tests.api_client import ApiClient
from tests.policy.calls import CALLS, Operation, Sent
from tests.policy.table import ALLOW, Policy
from tests.policy.world import World


@dataclass(frozen=True)
class Case:
    """One call by an actor; `call()` sends it as it is, its arguments (those of `ApiClient.call`) say what differs."""

    world: World
    operation: Operation
    client: ApiClient
    sent: Sent

    @property
    def endpoint(self) -> Endpoint:
        """What serves it."""
        found: Endpoint = resolve(self.path).func.view_class.endpoints[self.operation.method]  # type: ignore[attr-defined]
        return found

    @property
    def path(self) -> str:
        """Where it goes."""
        return self.operation.path.format(**self.sent.path)

    def call(self, path: str | None = None, **other: Any) -> Any:
        """Send it. `headers` replace those of the same name; None takes one away."""
        sent = self.sent
        usual = {"body": sent.raw, "query": sent.query, "key": sent.key, "if_match": sent.if_match}
        headers = {**sent.headers, **other.pop("headers", {})}
        return self.client.call(self.operation.method, path or self.path, **{**usual, **other}, headers=headers)

    def failing(self) -> "Case":
        """The same, where an internal error is what the test is about."""
        return replace(self, client=ApiClient(self.client.token, may_fail=True))


def case_of(world: World, policy: Policy, operation: Operation, verdict: str = ALLOW) -> Case:
    """A call that gets this verdict. Fails when the policy knows none."""
    for cell in policy.cells(operation.id):
        if cell.verdict == verdict:
            sent = CALLS[operation.id].aim(world, cell.actor, cell.target)
            return Case(world, operation, world.clients[cell.actor], sent)
    raise AssertionError(f"{operation.id}: no row of tests/policy/policy.yaml says {verdict}")
