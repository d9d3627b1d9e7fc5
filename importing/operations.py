"""From the file to the release, or back. What rows make is made by the jobs."""

import hashlib
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import insert, select, update

from accounts.actor import Actor
from core import audit
from core.clock import now
from core.database import db
from core.ids import new_id
from engine.runtime import current_runtime
from importing import queries
from importing.audit import ImportTag
from importing.errors import (
    ImportNotFound,
    ImportNotThere,
    NothingToImport,
    SecondPersonReleases,
)
from importing.mapping import Mapping, suggested
from importing.models import ImportMapping, ImportRow, ImportRun, ImportState, RowState
from importing.reading import read_table
from importing.rows import checked_rows
from importing.sorts import sort_of

KIND = "import.go-on"
MAKE, RELEASE, TAKE_BACK = "make", "release", "take-back"
_UNTIL_STARTED = frozenset({ImportState.UPLOADED, ImportState.CHECKED})
_DONE = frozenset({ImportState.IMPORTED})


def upload(
    content: bytes, file_name: str, sort: str, *, by: Actor, service: str = "", encoding: str = ""
) -> ImportRun:
    """Take over the rows of a file; the mapping is suggested by the names of its columns.

    Raises ActionRefused, SortUnknown, FileUnreadable, FileTooLarge, EncodingUnclear.
    """
    queries.require_importer(by)
    wanted, table = sort_of(sort, service), read_table(content, encoding)
    run = ImportRun(
        id=new_id(),
        sort=sort,
        service=service if wanted.about_service else "",
        file_name=file_name[:200],
        file_hash=hashlib.sha256(content).hexdigest(),
        columns=table.columns,
        mapping=suggested(wanted.fields, table.columns).as_json(),
        rows=len(table.rows),
        uploaded_by=by.id,
    )
    db.session.add(run)
    db.session.flush()
    rows = [
        {"import_id": run.id, "number": number, "cells": cells, "state": RowState.WAITING}
        for number, cells in enumerate(table.rows, start=1)
    ]
    if rows:
        db.session.execute(insert(ImportRow), rows)
    _note(ImportTag.UPLOADED, run, by, file=run.file_hash, rows=run.rows)
    return run


def use_mapping(import_id: UUID, mapping: Mapping, *, by: Actor) -> ImportRun:
    """Map the columns; what was checked before must be checked again. Raises ImportNotThere."""
    run = _locked(import_id, by, _UNTIL_STARTED)
    run.mapping, run.state = mapping.as_json(), ImportState.UPLOADED
    return run


def keep_mapping(sort: str, name: str, mapping: Mapping, *, by: Actor) -> None:
    """Keep a mapping under a name for next time; one of that name is replaced."""
    queries.require_importer(by)
    known = db.session.scalars(
        select(ImportMapping).where(ImportMapping.sort == sort, ImportMapping.name == name)
    ).one_or_none()
    if known is None:
        known = ImportMapping(id=new_id(), sort=sort, name=name)
        db.session.add(known)
    known.mapping, known.made_by, known.made_at = mapping.as_json(), by.id, now()
    subject = f"import-mapping:{sort}/{name}"
    audit.note(ImportTag.MAPPING_SAVED, actor=by.id, subject=subject)


def check(import_id: UUID, *, by: Actor) -> ImportRun:
    """The dry run: check every row and write only the report.

    Raises MappingIncomplete, ImportNotThere.
    """
    run = _locked(import_id, by, _UNTIL_STARTED)
    sort, mapping = sort_of(run.sort, run.service), Mapping.from_json(run.mapping)
    mapping.require_complete(sort.fields, run.columns)
    found = [
        {
            "import_id": run.id,
            "number": number,
            "state": RowState.FAULTY if checked.problems else RowState.WAITING,
            "problems": [each.as_json() for each in checked.problems],
        }
        for number, checked in checked_rows(run, sort, mapping)
    ]
    if found:
        db.session.execute(update(ImportRow), found)
    run.state = ImportState.CHECKED
    return run


def start(import_id: UUID, *, by: Actor) -> ImportRun:
    """Let the rows without problems be made. Raises ImportNotThere, NothingToImport."""
    run = _locked(import_id, by, {ImportState.CHECKED})
    if not queries.counts(run).get(RowState.WAITING):
        raise NothingToImport
    run.state, run.started_by, run.started_at = ImportState.RUNNING, by.id, now()
    _go_on(run, MAKE, by)
    _note(ImportTag.STARTED, run, by)
    return run


def release(import_id: UUID, *, by: Actor) -> ImportRun:
    """Let what was imported be seen; after that it is final.

    Raises ImportNotThere, and SecondPersonReleases to who uploaded or started it.
    """
    run = _locked(import_id, by, _DONE)
    if by.id in {run.uploaded_by, run.started_by}:
        raise SecondPersonReleases
    run.state, run.ended_by, run.ended_at = ImportState.RELEASING, by.id, now()
    _go_on(run, RELEASE, by)
    _note(ImportTag.RELEASED, run, by)
    return run


def take_back(import_id: UUID, *, reason: str, by: Actor) -> ImportRun:
    """Undo what the import made, row by row; rows that were touched since stay.

    Raises ImportNotThere.
    """
    run = _locked(import_id, by, _DONE)
    run.state, run.reason = ImportState.TAKING_BACK, reason.strip()
    run.ended_by, run.ended_at = by.id, now()
    _go_on(run, TAKE_BACK, by)
    _note(ImportTag.TAKEN_BACK, run, by, reason=run.reason)
    return run


def _locked(import_id: UUID, by: Actor, states: Collection[ImportState]) -> ImportRun:
    queries.require_importer(by)
    run = db.session.get(ImportRun, import_id, with_for_update=True, populate_existing=True)
    if run is None:
        raise ImportNotFound
    if run.state not in states:
        raise ImportNotThere
    return run


def _go_on(run: ImportRun, deed: str, by: Actor) -> None:
    payload = {"import": str(run.id), "deed": deed, "by": by.id, "behind": None}
    current_runtime().enqueue(KIND, run.id, payload)


def _note(tag: ImportTag, run: ImportRun, by: Actor, **details: object) -> None:
    subject = f"import:{run.id}"
    audit.note(tag, actor=by.id, subject=subject, chain=run.id, details=details or None)
