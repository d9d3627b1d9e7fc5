"""Whether the application lives, and whether it is ready to serve."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core.database import db
from core.errors import MotcuaError
from storage import store

blueprint = Blueprint("probes", __name__)


@blueprint.get("/healthz")
def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def ready() -> tuple[dict[str, Any], int]:
    """Whether everything needed answers, with the name of what does not."""
    states = {name: _state(check) for name, check in CHECKS.items()}
    fit = all(state == "ok" for state in states.values())
    return {"status": "ok" if fit else "unavailable", "parts": states}, 200 if fit else 503


def _database() -> None:
    db.session.execute(text("SELECT 1"))


def _documents() -> None:
    next(store().keys("dossiers/"), None)


def _state(check: Callable[[], None]) -> str:
    try:
        check()
    except (SQLAlchemyError, MotcuaError, OSError):
        return "unavailable"
    return "ok"


CHECKS: dict[str, Callable[[], None]] = {"database": _database, "documents": _documents}
