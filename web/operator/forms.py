"""What operators send: reasons, numbers and values of variables."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from flask import request
from flask_babel import gettext as _

from core.errors import MotcuaError
from core.i18n import sentences_of
from engine.errors import IncidentNotFound
from feel import FeelError, compile_expression

LONGEST_REASON: Final = 1000


class Faulty(Exception):
    """A form that must be corrected; `errors` maps the id of a field to its message."""

    def __init__(self, errors: dict[str, str]) -> None:
        self.errors = errors
        super().__init__(", ".join(errors))


def text(name: str) -> str:
    """What was typed into a field, without blanks around it."""
    return request.form.get(name, "").strip()


def number(name: str) -> int:
    """A whole number from a choice of ours; 0 for nonsense."""
    given = text(name)
    return int(given) if given.isascii() and given.isdigit() else 0


def reason() -> str:
    """Why it is done; raises Faulty without one."""
    given = text("reason")
    if not given:
        raise Faulty({"reason": _("Say why: it is kept in the history.")})
    return given[:LONGEST_REASON]


def value(name: str) -> Any:
    """The value of a variable, written in FEEL; raises Faulty when it has none."""
    try:
        explained = compile_expression(text(name)).explain({})
    except FeelError as error:
        raise Faulty({name: _no_value()}) from error
    if explained.value is None and explained.reasons:
        raise Faulty({name: _no_value()})
    return explained.value


def identity(given: str) -> UUID:
    """An id from a choice of ours; raises IncidentNotFound for nonsense."""
    try:
        return UUID(given)
    except ValueError as error:
        raise IncidentNotFound from error


def all_of(*readings: Callable[[], Any]) -> list[Any]:
    """What several fields hold; raises Faulty with everything that must be corrected."""
    errors: dict[str, str] = {}
    values = []
    for read in readings:
        try:
            values.append(read())
        except Faulty as fault:
            errors.update(fault.errors)
    if errors:
        raise Faulty(errors)
    return values


def faults_of(error: MotcuaError) -> dict[str, str]:
    """A refusal, as the summary of a form tells it."""
    return {"": sentences_of(error)}


def _no_value() -> str:
    return str(_('Write a value in FEEL: a text stands in quotation marks, such as “"yes"”.'))
