"""Deployed bundles: kept as bytes, named by their hash, parsed once per process, never changed."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import insert, select

from core.clock import now
from core.database import db
from core.errors import N_
from engine.bpmn.activities import Known
from engine.bpmn.bundle import read_processes
from engine.dmn import DecisionError, DecisionModel, Outcome, models_by_decision
from engine.errors import (
    DefinitionNotFound,
    DeploymentRefused,
    ElementFailed,
    Problem,
    UnknownProcess,
)
from engine.machine.process import ProcessSpec
from engine.models import Definition as DefinitionRow
from engine.models import DefinitionFile

CACHED = 256


@dataclass(frozen=True)
class Definition:
    """A parsed bundle, shared by every instance that is pinned to it."""

    id: str
    processes: Mapping[str, ProcessSpec]
    decisions: Mapping[str, DecisionModel]

    def process(self, process_id: str) -> ProcessSpec:
        """One of its processes; raises UnknownProcess."""
        found = self.processes.get(process_id)
        if found is None:
            raise UnknownProcess(process_id=process_id, known=", ".join(sorted(self.processes)))
        return found

    def decide(self, decision_id: str, context: Mapping[str, Any]) -> Outcome:
        """The outcome of one of its decisions; raises ElementFailed."""
        model = self.decisions.get(decision_id)
        if model is None:
            raise ElementFailed(f"the bundle has no decision “{decision_id}”")
        return model.evaluate(decision_id, context)


def hash_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 over names and contents, each with its length, in the order of the names."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        for part in (name.encode(), content):
            digest.update(len(part).to_bytes(8) + part)
    return digest.hexdigest()


def parse(files: Mapping[str, bytes], knows_kind: Callable[[str], bool]) -> Definition:
    """Read a bundle; raises DeploymentRefused with every place that would not run as drawn."""
    for name in sorted(files):
        if not name.endswith((".bpmn", ".dmn")):
            raise DeploymentRefused([_foreign(name)])
    decisions = _decisions({name: files[name] for name in files if name.endswith(".dmn")})
    models = {name: content for name, content in files.items() if name.endswith(".bpmn")}
    known = Known(kind=knows_kind, decision=decisions.__contains__)
    return Definition(hash_of(files), read_processes(models, known), decisions)


def _decisions(files: Mapping[str, bytes]) -> dict[str, DecisionModel]:
    """The models that hold each decision; files of one bundle may import each other."""
    try:
        return models_by_decision(files)
    except DecisionError as error:
        title = N_("The decisions cannot be read: %(message)s")
        remedy = N_("Correct the decision model.")
        problem = Problem(error.file, 1, "", "", title, remedy, {"message": str(error)})
        raise DeploymentRefused([problem]) from error


def _foreign(name: str) -> Problem:
    title = N_("The file is neither .bpmn nor .dmn")
    return Problem(name, 1, "", "", title, N_("Leave it out of the deployment."), {})


def keep(files: Mapping[str, bytes]) -> str:
    """Store a bundle unless it is there already; returns its hash."""
    definition_id = hash_of(files)
    known = db.session.scalar(select(DefinitionRow.id).where(DefinitionRow.id == definition_id))
    if known is None:
        db.session.execute(insert(DefinitionRow).values(id=definition_id, deployed_at=now()))
        rows = [
            {"definition_id": definition_id, "name": name, "content": content}
            for name, content in files.items()
        ]
        db.session.execute(insert(DefinitionFile), rows)
    return definition_id


def files_of(definition_id: str) -> dict[str, bytes]:
    """The files of a bundle as they were deployed; raises DefinitionNotFound."""
    table = DefinitionFile.__table__
    rows = db.session.execute(
        select(table.c.name, table.c.content).where(table.c.definition_id == definition_id)
    ).all()
    if not rows:
        raise DefinitionNotFound()
    return {row.name: row.content for row in rows}


@lru_cache(maxsize=CACHED)
def definition(definition_id: str) -> Definition:
    """A bundle, parsed at most once per process; raises DefinitionNotFound."""
    # What was accepted at deployment stays: a kind no longer known stops only its own task.
    return parse(files_of(definition_id), lambda _: True)
