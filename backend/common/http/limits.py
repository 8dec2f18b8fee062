"""Budgets as clients see them: RateLimit and RateLimit-Policy on every answer, 429 when one is used up.

The headers are structured fields (RFC 9651) as the IETF draft `draft-ietf-httpapi-ratelimit-headers` has them.
"""

from collections.abc import Callable, Sequence
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

from backend.common.budgets import Charge, Standing, refuse_overdrawn, spend
from backend.common.errors import RateLimited
from backend.common.http.addresses import address_of
from backend.common.http.problems import problem_response
from backend.common.tally import Tally

REQUESTS = "requests"
"""The budget that every request is counted against, by each process for itself: of a person or of an address."""

KEY_REQUESTS = "api_key"
"""That of requests by an API key."""

tally = Tally()
_standings: ContextVar[list[Standing]] = ContextVar("standings")


def count_request(whose: str, *, of_key: bool = False) -> None:
    """Count this request; in memory, since a read must not cost a statement. Raises RateLimited."""
    _note([tally.spend(Charge(KEY_REQUESTS if of_key else REQUESTS, whose))])


def charge(charges: Sequence[Charge]) -> None:
    """Count what the request is about to do, for all processes, in one statement. Raises RateLimited."""
    if charges:
        _note(spend(charges))


def _note(standings: list[Standing]) -> None:
    _standings.get([]).extend(one for one in standings if one.is_told)
    refuse_overdrawn(standings)


class RateLimitMiddleware:
    """Tells on every answer how the budgets stand. What no operation has counted, it counts by address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve, then tell."""
        standings: list[Standing] = []
        _standings.set(standings)
        response = self.get_response(request)
        if not standings:
            try:
                count_request(address_of(request))
            except RateLimited as error:
                response = problem_response(error)
        response["RateLimit-Policy"] = ", ".join(
            f'"{one.name}";q={one.limit};w={one.window_seconds}' for one in standings
        )
        response["RateLimit"] = ", ".join(f'"{one.name}";r={one.left};t={one.seconds_left}' for one in standings)
        return response
