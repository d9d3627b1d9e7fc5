"""Log lines as JSON, one object a line, without personal data."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog

PERSONAL = frozenset(
    {"name", "full_name", "email", "phone", "address", "answers", "password", "token", "identity"}
)

_silent: ContextVar[bool] = ContextVar("logs_silent", default=False)


def configure(level: str) -> None:
    """Send structlog and the standard library through one JSON renderer."""
    _route_standard_library(level)
    for quiet in (
        "spiff",
        "spiff.task",
        "spiff.workflow",
        "pyhanko",
        "pyhanko_certvalidator",
        "fontTools",
        "httpx",
    ):
        logging.getLogger(quiet).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            _unless_silent,
            *_PROCESSORS,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _route_standard_library(level: str) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_PROCESSORS,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)


@contextmanager
def silence() -> Iterator[None]:
    """Write no log lines in this context, in this thread or task only: what happens is no news."""
    usual = structlog.get_config()["processors"]
    if _unless_silent not in usual:
        structlog.configure(processors=[_unless_silent, *usual])
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def _unless_silent(
    _logger: Any, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    if _silent.get():
        raise structlog.DropEvent
    return event


def _mask(
    _logger: Any, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return {key: "***" if key in PERSONAL else value for key, value in event.items()}


_PROCESSORS: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    _mask,
]
