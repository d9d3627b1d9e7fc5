"""Putting the store into an application."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Flask

from core.chores import chores
from core.database import db
from dossiers.holdings import emptying, operations, warning
from dossiers.holdings.models import SignatureState
from dossiers.holdings.operations import Kept
from dossiers.models import Document, Dossier, RegisterEntry
from dossiers.operations.locking import hold_row
from dossiers.privacy.grounds import also_empty
from dossiers.register_entries.actions import KEEP_RESULT
from engine.jobs.kinds import JobCall, JobPolicy, Result
from engine.runtime import Runtime


def install(app: Flask, runtime: Runtime) -> None:
    """Results come into the store of their holders by a job; what ends is told before."""
    runtime.on_job(KEEP_RESULT, _copy, JobPolicy(ordered=False), record=_keep)
    runtime.on_job(emptying.DELETE_FILES, emptying.delete_files, JobPolicy(ordered=False))
    chores(app).add("warn of ending documents", warning.EVERY, warning.warn)
    also_empty(app, emptying.empty)


def _copy(call: JobCall) -> Mapping[str, Any]:
    found = operations.results_to_keep(UUID(call.payload["entry"]))
    return {"copies": [{**kept.__dict__, "document": str(of)} for of, kept in found]}


def _keep(call: JobCall, result: Result) -> None:
    entry = db.session.get_one(RegisterEntry, UUID(call.payload["entry"]))
    hold_row(entry.dossier_id)
    dossier = db.session.get_one(Dossier, entry.dossier_id)
    for each in (result or {})["copies"]:
        document = db.session.get_one(Document, UUID(each["document"]))
        kept = Kept(
            UUID(str(each["id"])),
            each["storage_key"],
            each["sha256"],
            each["size"],
            SignatureState(each["signature"]),
        )
        operations.keep_result(entry, document, dossier, kept)
