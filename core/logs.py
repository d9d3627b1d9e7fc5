"""Log lines as JSON, one object a line, without personal data."""

import logging
from typing import Any

import structlog

PERSONAL = frozenset(
    {"name", "full_name", "email", "phone", "address", "answers", "password", "token", "identity"}
)


def configure(level: str) -> None:
    """Send structlog and the standard library through one JSON renderer."""
    logging.basicConfig(level=level, format="%(message)s", force=True)
    for quiet in (
        "spiff",
        "spiff.task",
        "spiff.workflow",
        "pyhanko",
        "pyhanko_certvalidator",
        "fontTools",
    ):
        logging.getLogger(quiet).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _mask,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _mask(
    _logger: Any, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return {key: "***" if key in PERSONAL else value for key, value in event.items()}
