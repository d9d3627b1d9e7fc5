"""Refusals go on record, in a transaction of their own: that of the refused deed is gone."""

import structlog
from flask import request
from sqlalchemy.exc import SQLAlchemyError

from accounts import operations
from accounts.errors import SignInFailed
from api.authentication import current_actor
from core.database import transaction
from core.errors import MotcuaError, NotAllowed, NotFound

logger = structlog.get_logger(__name__)


def note(error: MotcuaError) -> None:
    """Record what a known caller was refused or could not find, and every failed sign-in."""
    subject = _subject(error)
    if subject is None:
        return
    try:
        with transaction():
            operations.note_refusal(current_actor(), subject=subject, code=error.code)
    except SQLAlchemyError:
        logger.exception("refusal not recorded", problem=error.code, path=request.path)


def _subject(error: MotcuaError) -> str | None:
    if isinstance(error, SignInFailed):
        return str(error.params.get("subject", "unknown"))
    refused = isinstance(error, NotAllowed) or (isinstance(error, NotFound) and request.view_args)
    return f"{request.method} {request.path}" if refused and current_actor().is_known else None
