"""Many calls of one operation, each taken back: what the description allows, what it forbids, and edges of both."""

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import hypothesis
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import TestCase
from hypothesis import HealthCheck, Phase
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.generation.drivers import CoverageGenerator
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.generation.overrides import Override
from schemathesis.schemas import APIOperation

from backend.common.http.openapi.document import describe_api
from tests.fuzz.callers import Callers
from tests.fuzz.judge import findings
from tests.fuzz.known import Known
from tests.policy.traces import undone
from tests.policy.world import World

CASES = int(os.environ.get("FUZZ_CASES", "10000"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
_LEAST_RANDOM = 16
_MOST_SHOWN = 5

Application = Callable[..., Any]


def load(app: Application | None = None) -> dict[str, APIOperation[Any, Any, Any, Any]]:
    """Every operation by name, served by an application in this process: no socket, one transaction."""
    schema = schemathesis.openapi.from_dict(describe_api(), config=SchemathesisConfig())
    schema.app = _uncompressed(app or get_wsgi_application())
    schema.config.generation.update(with_security_parameters=False)  # Callers know better ones
    schema.config.checks.negative_data_rejection.expected_statuses = ["4xx"]
    schema.config.checks.missing_required_header.expected_statuses = ["4xx"]
    found = [result for result in schema.get_all_operations() if isinstance(result, Ok)]
    return {result.ok().definition.raw["operationId"]: result.ok() for result in found}


def _uncompressed(app: Application) -> Application:
    """Checks that call again by themselves send headers of their own, and read no gzip."""
    return lambda environ, start_response: app({**environ, "HTTP_ACCEPT_ENCODING": "identity"}, start_response)


@dataclass
class Campaign:
    """One operation's calls and what was found. The same seed makes the same calls."""

    world: World
    operation: APIOperation[Any, Any, Any, Any]
    calls: int = 0
    successes: int = 0
    found: dict[tuple[str, str], str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    """Which checks found something."""

    def __post_init__(self) -> None:
        chance = Random(SEED)  # dice, not secrets
        self.known, self.callers = Known(self.world, chance), Callers(self.world, chance)

    def run(self, count: int) -> None:
        """About so many calls: every edge case, the rest at random."""
        random.seed(SEED)
        for case in self._edges():
            self.call(case)
        self._random(-(-max(count - self.calls, _LEAST_RANDOM) // len(GenerationMode)))

    def _edges(self) -> Iterator[Case[Any]]:
        return iter(
            CoverageGenerator(
                operation=self.operation,
                generation_modes=list(GenerationMode),
                generation_config=self.operation.schema.config.generation_for(
                    operation=self.operation, phase="coverage"
                ),
                auth_storage=None,
                override=Override(query={}, headers={}, cookies={}, path_parameters={}),
                feedback=NO_FEEDBACK,
            )
        )

    def _random(self, count: int) -> None:
        for mode in GenerationMode:
            drawn = hypothesis.given(case=self.operation.as_strategy(generation_mode=mode))(self.call)
            options = hypothesis.settings(
                max_examples=count,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            try:
                hypothesis.seed(SEED)(options(drawn))()
            except Unsatisfiable:
                continue  # nothing can be wrong with a call that takes nothing

    def call(self, case: Case[Any]) -> None:
        """Send it, judge the answer, take back what it did."""
        self.known.settle(case)
        headers = self.callers.headers()
        self.calls += 1
        with undone():
            with TestCase.captureOnCommitCallbacks(execute=True):
                response = case.call(headers=headers)
            self.successes += response.status_code < 400
            for failure in findings(case, response, headers):
                self._note(case, response, headers, failure)

    def _note(self, case: Case[Any], response: Response, headers: dict[str, str], failure: Failure) -> None:
        name = type(failure).__name__ if type(failure) is not Failure else failure.title
        about = str(case.meta and case.meta.phase.data.description)
        self.names.add(name)
        self.found.setdefault(
            (f"{failure.title} {failure.message[:200]}", about),
            f"{failure.title}: {failure.message}\n  {about}; answered {response.status_code} "
            f"{response.content[:500]!r}\n  {case.as_curl_command(headers=headers)[:2000]}",
        )

    def report(self) -> str:
        """What was found, each kind once; empty if nothing was."""
        texts = list(self.found.values())
        more = [f"and {len(texts) - _MOST_SHOWN} more kinds"] if len(texts) > _MOST_SHOWN else []
        return "\n\n".join([*texts[:_MOST_SHOWN], *more])
