"""Log lines: JSON in production, readable elsewhere. Health data and query strings never enter them (D11).

Only named facts reach a line: a log record's `extra` may hold a request, whose text shows its query.
"""

import logging
import logging.config
import re
from typing import Any, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from backend.common import request_id

# PostgreSQL's DETAIL and the driver's CONTEXT quote the row at fault, names and notes included.
_QUOTED_ROW = re.compile(r"^(DETAIL|CONTEXT): .*$", re.MULTILINE)


def settings(*, as_json: bool, level: str) -> dict[str, Any]:
    """The LOGGING setting: one handler to standard error, one format for our lines and the libraries'."""
    formatter = "json" if as_json else "plain"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "backend.config.logging.formatter", "as_json": True},
            "plain": {"()": "backend.config.logging.formatter", "as_json": False},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": formatter}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Every 4xx would be a warning, beside the line that each request gets anyway.
            "django.request": {"level": "ERROR"},
            "django.security.DisallowedHost": {"level": "ERROR"},
            # What is registered is said at each start.
            # What is registered is said at each start.
            "procrastinate.blueprints": {"level": "WARNING"},
            "procrastinate.periodic": {"level": "WARNING"},
            "_granian": {"handlers": ["stderr"], "propagate": False},
        },
    }


def configure(config: dict[str, Any]) -> None:
    """Apply the LOGGING setting and send structlog's lines the same way."""
    logging.config.dictConfig(config)
    # Python's warnings would be the only lines that are not JSON.
    logging.captureWarnings(config["handlers"]["stderr"]["formatter"] == "json")
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def formatter(*, as_json: bool) -> logging.Formatter:
    """Renders structlog's events and the records of the standard library alike."""
    render: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if as_json:
        render += [structlog.processors.format_exc_info, _without_rows, structlog.processors.JSONRenderer(default=str)]
    else:
        render += [structlog.processors.format_exc_info, structlog.dev.ConsoleRenderer(colors=False)]
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_shared(), processors=render)


def _shared() -> list[Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_request_id,
    ]


def _add_request_id(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    current = request_id.current()
    if current:
        event.setdefault("request_id", current)
    return event


def _without_rows(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    for key in ("event", "exception"):
        if isinstance(event.get(key), str):
            event[key] = _QUOTED_ROW.sub(r"\1: (withheld)", cast(str, event[key]))
    return event
