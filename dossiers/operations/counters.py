"""Gap-free counters: the row is locked until the transaction that took the number is over."""

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from core.database import db
from dossiers.models import Counter


def next_value(name: str, *, first: int = 1) -> int:
    """The next number of a counter, `first` at least; a rolled back transaction gives it back."""
    value = advance(name, 1)
    return value if value >= first else advance(name, first - value)


def advance(name: str, by: int) -> int:
    """Move a counter forward and lock it; `by` 0 only locks. Returns its new value."""
    value = _move(name, by)
    if value is None:
        _create(name)
        value = _move(name, by)
    if value is None:
        raise RuntimeError(f"the counter {name!r} cannot be created")
    return value


def _move(name: str, by: int) -> int | None:
    return db.session.scalar(
        update(Counter)
        .where(Counter.name == name)
        .values(value=Counter.value + by)
        .returning(Counter.value)
    )


def _create(name: str) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(Counter(name=name, value=0))
    except IntegrityError:  # somebody else created it in this moment: just as good
        return
