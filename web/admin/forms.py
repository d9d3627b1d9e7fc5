"""The forms of these pages: fields that are drawn, and what was typed into them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from babel import Locale
from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.clock import today, zone
from core.database import transaction
from core.errors import InvalidRequest, MotcuaError
from core.i18n import offered, sentences_of
from web.languages import current
from web.visitors import told

Page = str | Response | tuple[str, int]
LONGEST, LONGEST_NUMBER = 1000, 10


@dataclass(frozen=True)
class Field:
    """One question; `kind` is text, email, date, area, hidden, select, or boxes."""

    name: str
    label: str
    hint: str = ""
    kind: str = "text"
    value: str = ""
    options: Sequence[tuple[str, str]] = ()
    chosen: Sequence[str] = ()
    needed: bool = True


class Faulty(Exception):
    """A form that must be corrected; `errors` maps a field to its message."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = errors
        super().__init__(", ".join(errors))


@dataclass(frozen=True)
class Sheet:
    """A page with one form: what it asks, and what its button says."""

    title: str
    button: str
    fields: Sequence[Field]
    back: tuple[str, str]
    caption: str = ""
    text: Sequence[str] = ()
    rows: Sequence[tuple[str, str]] = ()
    grave: bool = False

    def page(self, errors: Mapping[str, str] | None = None) -> str:
        """The page, with what was typed before and what must be corrected."""
        return render_template("admin/form.html", sheet=self, errors=errors or {}, typed=_typed)

    def done(self, deed: Callable[[], object], said: str | Callable[[], str], address: str) -> Page:
        """Do it in one transaction and go on, or show the form again with what is wrong."""
        missing = {
            each.name: _("Fill this in")
            for each in self.fields
            if each.needed and each.kind not in {"boxes", "hidden"} and not text(each.name)
        }
        if missing:
            return self.page(missing), 400
        try:
            with transaction():
                deed()
        except Faulty as fault:
            return self.page(fault.errors), 400
        except MotcuaError as error:
            return self.page(_faults_of(error, {each.name for each in self.fields})), error.status
        return told(said if isinstance(said, str) else said(), address)


def text(name: str) -> str:
    """What was typed into a field, without blanks around it."""
    return request.form.get(name, "").strip()[:LONGEST]


def texts(name: str) -> list[str]:
    """All boxes of a name that are ticked."""
    return [each[:LONGEST] for each in request.form.getlist(name)]


def number(name: str) -> int:
    """A whole number of ours; 0 for nonsense."""
    given = text(name)
    return int(given) if given.isascii() and given.isdigit() and len(given) < LONGEST_NUMBER else 0


def identity(name: str) -> UUID | None:
    """An id of a choice of ours; None for the empty one. Raises Faulty for nonsense."""
    given = text(name)
    try:
        return UUID(given) if given else None
    except ValueError as error:
        raise Faulty({name: _("Choose one of the list")}) from error


def day(name: str) -> date | None:
    """A day; None for none. Raises Faulty for nonsense."""
    given = text(name)
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        raise Faulty({name: _("Write a day")}) from error


def moment(name: str) -> datetime | None:
    """The first moment of a day, or now for today; None for none. Raises Faulty for nonsense."""
    given = day(name)
    if given is None or given == today():
        return None
    return datetime.combine(given, time(), zone())


def end_of(name: str) -> datetime | None:
    """The moment after the last one of a day; None for none. Raises Faulty for nonsense."""
    given = day(name)
    if given is None:
        return None
    return datetime.combine(given, time(23, 59, 59, 999999), zone())


def names() -> dict[str, str]:
    """Names by language; all but the official one may be left out."""
    found = {language: text(f"name_{language}") for language in offered()}
    return {language: name for language, name in found.items() if name}


def name_fields(known: Mapping[str, str] | None = None) -> list[Field]:
    """The questions for names by language."""
    known = known or {}
    first, *others = offered()
    return [
        Field(f"name_{first}", _("Official name"), value=known.get(first, "")),
        *(_name_field(language, known.get(language, "")) for language in others),
    ]


def _name_field(language: str, known: str) -> Field:
    said = Locale.parse(language).get_display_name(current())
    label = _("Name in English") if language == "en" else _("Name (%(language)s)", language=said)
    return Field(f"name_{language}", label, value=known, needed=False)


def reason_field() -> Field:
    """The question why."""
    return Field("reason", _("Reason"), _("It is kept on record."), kind="area")


def seen(version: int) -> Field:
    """The version that the form was made from."""
    return Field("seen", "", kind="hidden", value=str(version))


def _typed(field: Field) -> str:
    return text(field.name) if field.name in request.form else field.value


def _faults_of(error: MotcuaError, known: set[str]) -> dict[str, str]:
    said = sentences_of(error)
    if isinstance(error, InvalidRequest):
        named = [str(path[0]) for path in error.fields if path and str(path[0]) in known]
        if named:
            return dict.fromkeys(named, said)
    return {"": said}
