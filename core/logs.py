"""Log lines as JSON, one object a line, without personal data."""

import logging
from typing import Any

import structlog

PERSONAL = frozenset(
    {"name", "full_name", "email", "phone", "address", "answers", "password", "token", "identity"}
)


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
        processors=[*_PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
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
