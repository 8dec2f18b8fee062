"""Budgets counted in Valkey or Redis, for those who run one and have more to count than PostgreSQL should."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NotConnected
from redis.retry import Retry

from backend.common.counts import Count, Counts, Use

PATIENCE_SECONDS = 0.25
PAUSE_SECONDS = 5.0
# One slot of a cluster holds them all: a script may touch no other.
KEY_PREFIX = "{evergreen-budgets}:"
# A script runs alone, so nobody reads between the question and the count. Free uses are told as 0.
_SPEND = """
    local told = {}
    local n = #KEYS / 2
    for i = 1, n do
        if redis.call('EXISTS', KEYS[n + i]) == 1 then
            told[i] = {0, 0}
        elseif redis.call('PTTL', KEYS[i]) >= 0 then
            told[i] = {redis.call('INCR', KEYS[i]), redis.call('PTTL', KEYS[i])}
        else
            redis.call('SET', KEYS[i], 1, 'PX', ARGV[i])
            told[i] = {1, tonumber(ARGV[i])}
        end
    end
    return told
"""

logger = logging.getLogger(__name__)
T = TypeVar("T")


class ValkeyCounts:
    """By that server's clock. While it does not answer, `instead` counts, beginning with nothing used."""

    def __init__(self, url: str, instead: Counts) -> None:
        self.instead = instead
        self._server = Redis.from_url(
            url,
            socket_timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
            retry=Retry(NoBackoff(), 1, supported_errors=(NotConnected,)),  # a connection of before a restart
        )
        self._script = self._server.register_script(_SPEND)
        self._silent_until = 0.0

    def spend(self, uses: Sequence[Use]) -> list[Count]:
        """In one script."""
        return self._ask(lambda: self._spend(uses), lambda: self.instead.spend(uses))

    def set_windows(self, seconds: Mapping[str, float]) -> None:
        """In one transaction."""
        self._ask(lambda: self._set(seconds), lambda: self.instead.set_windows(seconds))

    def forget_ended(self) -> int:
        """The server forgets by itself; what is left of a time when it was silent is not its own."""
        return self.instead.forget_ended()

    def _ask(self, ask: Callable[[], T], ask_instead: Callable[[], T]) -> T:
        """One that is down is not waited for again and again: it has a pause."""
        if time.monotonic() >= self._silent_until:
            try:
                return ask()
            except RedisError as error:
                self._silent_until = time.monotonic() + PAUSE_SECONDS
                logger.warning("budgets are counted in PostgreSQL for a while", extra={"error": type(error).__name__})
        return ask_instead()

    def _spend(self, uses: Sequence[Use]) -> list[Count]:
        keys = [KEY_PREFIX + use.key for use in uses] + [KEY_PREFIX + use.unless for use in uses]
        told = cast(Any, self._script(keys=keys, args=[_milliseconds(use.seconds) for use in uses]))
        return [Count(use.key, count, left / 1000) for use, (count, left) in zip(uses, told, strict=True) if count]

    def _set(self, seconds: Mapping[str, float]) -> None:
        with self._server.pipeline(transaction=True) as pipeline:
            for key, length in seconds.items():
                if length:
                    pipeline.set(KEY_PREFIX + key, 0, px=_milliseconds(length))
                else:
                    pipeline.delete(KEY_PREFIX + key)
            pipeline.execute()


def _milliseconds(seconds: float) -> int:
    return max(round(seconds * 1000), 1)
