"""What the sorts of imports have in common."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, TypeAlias

from sqlalchemy import ColumnElement, select
from stdnum.exceptions import ValidationError
from stdnum.vn import mst

from accounts.actor import Actor
from accounts.models import Agency, Unit
from accounts.places import is_there
from core.clock import now
from core.database import db
from core.errors import N_, Message
from importing.mapping import Field
from importing.mapping import Mapping as ColumnMapping
from importing.problems import Problem, problem

Value: TypeAlias = Mapping[str, str]
LONGEST: Final = 1000
_PAGE: Final = 500
_UNIT_CODES: Final = ("unit", "code", "parent")

LEGACY_KEY: Final = Field(
    "legacy_key",
    N_("Key in the older system"),
    also=("id", "key", "old id", "khóa cũ", "mã cũ"),
)


@dataclass(frozen=True)
class Checked:
    """A row as it was read: its values, all that is wrong, and what making it needs to know."""

    values: Value
    problems: Sequence[Problem] = ()
    plan: Mapping[str, Any] = field(default_factory=dict)


class Sort(ABC):
    """One sort of import, made anew for each use: it remembers what it saw of database and file."""

    code: ClassVar[str]
    title: ClassVar[Message]
    about_service: ClassVar[bool] = False
    fields: Sequence[Field]
    mapping: ColumnMapping = ColumnMapping()

    @abstractmethod
    def look(self, rows: Sequence[Value]) -> None:
        """Ask the database at once for what all these rows need to be checked."""

    @abstractmethod
    def check(self, number: int, values: Value) -> Checked:
        """Check a row as by hand, also against the rows before it in the file."""

    @abstractmethod
    def make(self, checked: Checked, *, by: Actor) -> dict[str, Any]:
        """Make what a row says, held until the release; returns what to keep with the row."""

    @abstractmethod
    def release(self, made: Mapping[str, Any], *, by: Actor) -> None:
        """Let what a row made be seen. Raises PreconditionFailed."""

    @abstractmethod
    def take_back(self, made: Mapping[str, Any], *, reason: str, by: Actor) -> None:
        """Undo exactly what a row made. Raises PreconditionFailed when it was touched since."""

    def basic_problems(self, values: Value) -> Iterator[Problem]:
        """What is missing or too long."""
        for each in self.fields:
            text = values.get(each.name, "")
            if each.needed and not text:
                yield problem(each.name, "missing")
            if len(text) > LONGEST:
                yield problem(each.name, "too-long")


class Places:
    """The agencies that are there, by code or by name, and the units that some rows speak of."""

    def __init__(self, rows: Sequence[Value]) -> None:
        moment = now()
        agencies = [each for each in db.session.scalars(select(Agency)) if is_there(each, moment)]
        self._agencies = {
            name.casefold(): each for each in agencies for name in (*each.names.values(), each.code)
        }
        codes = {row[name] for row in rows for name in _UNIT_CODES if row.get(name)}
        self._units = {
            (each.agency_id, each.code): each
            for page in _pages(codes)
            for each in db.session.scalars(select(Unit).where(Unit.code.in_(page)))
            if is_there(each, moment)
        }

    def agency(self, text: str) -> Agency | None:
        """The agency of a code or a name."""
        return self._agencies.get(text.casefold())

    def unit(self, agency: Agency | None, code: str) -> Unit | None:
        """The unit of a code."""
        return self._units.get((agency.id, code)) if agency else None


class Seen:
    """Values that must be there only once: in the database, and in the file."""

    def __init__(self, name: str, taken: Collection[str] = ()) -> None:
        self._name, self._taken = name, taken
        self._rows: dict[str, int] = {}

    def check(self, value: str, number: int, shown: str = "") -> Iterator[Problem]:
        """What is wrong with one more of them; `shown` is how it was written."""
        shown = shown or value
        if value in self._taken:
            yield problem(self._name, "taken", value=shown)
        elif value and self._rows.setdefault(value, number) != number:
            yield problem(self._name, "twice", value=shown, row=self._rows[value])


def taken(column: ColumnElement[str] | Any, values: Collection[str]) -> set[str]:
    """Which of the values a column has already."""
    found = set[str]()
    for page in _pages(values):
        found |= set(db.session.scalars(select(column).where(column.in_(page))))
    return found


def is_enterprise_number(text: str) -> bool:
    """Whether a text is the number of an enterprise, its check digit included."""
    try:
        mst.validate(text)
    except ValidationError:
        return False
    return True


def _pages(values: Collection[str]) -> Iterator[Sequence[str]]:
    wanted = sorted(set(values))
    for start in range(0, len(wanted), _PAGE):
        yield wanted[start : start + _PAGE]
