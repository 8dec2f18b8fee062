"""The id of the request being served, for answers, problems, logs and the audit log."""

from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """The id of the request being served; empty outside one."""
    return _current.get()


def begin(request_id: str) -> None:
    """Name the request that starts now on this thread."""
    _current.set(request_id)
