"""Rows keep their values on their way through JSON, from either database to either database."""

import math
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Interval, MetaData, Table, Text, create_engine, select
from sqlalchemy.orm import Mapped, mapped_column

from commands.backup import rows
from core.database import JsonColumn, Model, UtcDateTime


class Stage(StrEnum):
    WAITING = "waiting-for-fee"


class Base(Model):
    __abstract__ = True
    metadata = MetaData()


class Thing(Base):
    """A table with a column of every kind."""

    __tablename__ = "thing"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str | None]
    number: Mapped[UUID | None]
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    on: Mapped[date | None]
    blob: Mapped[bytes | None]
    facts: Mapped[dict[str, Any] | None] = mapped_column(JsonColumn)
    sure: Mapped[bool | None]
    share: Mapped[float | None]
    stage: Mapped[Stage | None]


THING = Base.metadata.tables["thing"]
NOON = datetime(2026, 11, 21, 12, 0, 0, 123456, timezone(timedelta(hours=7)))
FULL = {
    "id": 1,
    "key": "một cửa “x”\nline 2\u2028line 3",
    "number": UUID("0193b0c4-7c9e-7b5a-8f00-0123456789ab"),
    "at": NOON,
    "on": date(2026, 2, 28),
    "blob": bytes(range(256)),
    "facts": {"a": [1, None, {"b": "ế"}], "big": 2**70},
    "sure": True,
    "share": math.pi,
    "stage": Stage.WAITING,
}
EMPTY = {**dict.fromkeys(FULL), "id": 2}


@contextmanager
def engine_of(url):
    engine = create_engine(url or "sqlite://")
    THING.metadata.create_all(engine)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def filled(url):
    with engine_of(url) as engine:
        with engine.begin() as connection:
            connection.execute(THING.insert(), [FULL, EMPTY])
        yield engine


def contents(engine):
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(select(THING).order_by("id")).mappings()]


@contextmanager
def empty_target(target, request):
    with ExitStack() as stack:
        url = ""
        if target == "postgresql":
            url = stack.enter_context(request.getfixturevalue("postgres").database())
        yield stack.enter_context(engine_of(url))


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_every_kind_of_value_survives(each_database, target, request):
    with filled(each_database) as source, empty_target(target, request) as other:
        with source.connect() as connection:
            dump = list(rows.dumped(connection, THING))
        with other.begin() as connection:
            assert rows.load(connection, "thing", rows.kinds_of(THING), dump) == 2
        assert contents(other) == contents(source)
        assert contents(other)[0] == FULL | {"at": NOON.astimezone(UTC)}


@given(st.text())
def test_any_text_stays_on_one_line_and_comes_back(text):
    table = Table("note", MetaData(), Column("id", Text, primary_key=True), Column("text", Text))
    engine = create_engine("sqlite://")
    table.create(engine)
    with engine.begin() as connection:
        connection.execute(table.insert(), {"id": "1", "text": text})
        (line,) = rows.dumped(connection, table)
        assert line.count(b"\n") == 1
        connection.execute(table.delete())
        rows.load(connection, "note", rows.kinds_of(table), [line])
        assert connection.execute(select(table.c.text)).scalar_one() == text
    engine.dispose()


def test_a_column_that_no_archive_can_hold_is_named():
    table = Table("odd", MetaData(), Column("life", Interval))
    with pytest.raises(TypeError, match="Interval"):
        rows.kinds_of(table)


def test_every_table_of_the_house_can_be_saved():
    assert all(rows.kinds_of(table) for table in Model.metadata.sorted_tables)
