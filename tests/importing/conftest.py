"""The demo's installation, and files as other systems write them."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence

import pytest
from flask import Flask
from openpyxl import Workbook

import engine
from accounts import queries as accounts
from accounts.actor import Actor
from commands.sample.people import account_of
from core.database import db, transaction
from importing import operations, queries
from importing.mapping import Mapping as ColumnMapping
from importing.models import ImportRow, ImportRun
from tests.dossiers.conftest import installation, paid_dossier

__all__ = ["installation", "paid_dossier"]


def csv_file(*rows: Sequence[str], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_file(*rows: Sequence[object]) -> bytes:
    book, written = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(list(row))
    book.save(written)
    return written.getvalue()


def actor(login: str) -> Actor:
    found = accounts.actor(f"account:{account_of(login).id}")
    assert found is not None
    return found


@pytest.fixture
def administrator(installation: Flask) -> Actor:
    return actor("quantri")


@pytest.fixture
def second(installation: Flask) -> Actor:
    return actor("quantri2")


@pytest.fixture
def checked(administrator: Actor) -> Callable[..., ImportRun]:
    """Upload a file, map it as suggested (or as told) and try it."""

    def upload(
        content: bytes, sort: str, mapping: ColumnMapping | None = None, *, service: str = ""
    ) -> ImportRun:
        with transaction():
            run = operations.upload(content, "f", sort, by=administrator, service=service)
            if mapping is not None:
                operations.use_mapping(run.id, mapping, by=administrator)
            return operations.check(run.id, by=administrator)

    return upload


@pytest.fixture
def imported(
    installation: Flask, administrator: Actor, checked: Callable[..., ImportRun]
) -> Callable[..., ImportRun]:
    """The same, made by the workers."""

    def make(*told: object, **named: str) -> ImportRun:
        run = checked(*told, **named)
        with transaction():
            operations.start(run.id, by=administrator)
        engine.run_due_jobs(installation)
        return again(run)

    return make


@pytest.fixture
def released(installation: Flask, second: Actor) -> Callable[[ImportRun], ImportRun]:
    def release(run: ImportRun) -> ImportRun:
        with transaction():
            operations.release(run.id, by=second)
        engine.run_due_jobs(installation)
        return again(run)

    return release


@pytest.fixture
def taken_back(installation: Flask, administrator: Actor) -> Callable[[ImportRun], ImportRun]:
    def take_back(run: ImportRun) -> ImportRun:
        with transaction():
            operations.take_back(run.id, reason="wrong file", by=administrator)
        engine.run_due_jobs(installation)
        return again(run)

    return take_back


def again(run: ImportRun) -> ImportRun:
    """The import as the database has it now."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(ImportRun, run.id)


def rows_of(run: ImportRun) -> Sequence[ImportRow]:
    return queries.rows_of(run, limit=10_000)


def faults(run: ImportRun) -> list[tuple[int, str, str]]:
    """What the report says: row, field, code."""
    return [
        (row.number, each["field"], each["code"]) for row in rows_of(run) for each in row.problems
    ]


def states(run: ImportRun) -> Mapping[str, int]:
    return {str(state): count for state, count in queries.counts(run).items()}


def columns(names: Iterable[str]) -> ColumnMapping:
    return ColumnMapping(columns={name: name for name in names})
