"""An installation of its own for scenarios: everything of ours is real, outside systems are not."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event

import accounts
import connectors
import dossiers
import engine
import letters
import signing
import storage
from accounts.actor import SYSTEM
from accounts.models import Agency
from accounts.operations import create_agency
from core import chores, database, i18n
from core.config import Settings
from core.database import Model, db, transaction
from engine.errors import BpmnError, JobFailed
from engine.events import EngineEvent
from engine.jobs.kinds import ActionCall, ActionHandler, JobCall, JobKind, JobPolicy, Result
from engine.runtime import Runtime
from letters.pool import WorkerPool
from studio.scenarios.reading import Answers
from studio.scenarios.witness import Witness
from workflows.models import ServiceVersion
from workflows.operations import deploy_complete
from workflows.pack import ServicePack
from workflows.profiles import read_profile

_DEPLOYED = frozenset(
    {"service", "service_version", "service_file", "engine_definition", "engine_definition_file"}
)
# Where there is such a folder, files in it never reach a disk.
_MEMORY = Path("/dev/shm")  # noqa: S108  a folder of an unguessable name is made in it
_AGENCIES = frozenset({"agency"})
_LEAD, _PARTNER = "H26.10", "H29.10"


class _Typesetters(WorkerPool):
    """Everybody's typesetters, with a witness of what they are given."""

    def __init__(self, real: WorkerPool, stage: "Installation") -> None:
        self._real, self._stage = real, stage

    def render(self, request: dict[str, Any]) -> bytes:
        """See `WorkerPool.render`."""
        self._stage.witness.letter(request)
        return self._real.render(request)

    def adopt(self) -> None:
        """See `WorkerPool.adopt`."""
        self._real.adopt()


@dataclass
class Installation:
    """An application without a site; one scenario after the other is played in it, from nothing."""

    app: Flask
    settings: Settings
    runtime: Runtime
    outside: frozenset[str]
    real: Mapping[str, JobKind]
    witness: Witness = field(default_factory=Witness)
    pack: str = ""

    def begin(self, pack: ServicePack) -> Agency:
        """Forget everything and offer the service of a pack; raises what refuses its deployment."""
        self.witness = Witness()
        self._forget(_AGENCIES | (_DEPLOYED if self.pack == pack.version else frozenset()))
        for room in (signing, storage):
            room.init_app(self.app, self.settings)
        with transaction() as session:
            if self.pack != pack.version:
                deploy_complete(pack, by=SYSTEM.id)
            agency = session.query(Agency).filter_by(code=_LEAD).one_or_none() or _agencies()
        self.pack = pack.version
        return agency

    def exchange(self, pack: ServicePack) -> None:
        """Go on as if the service had been this one from the beginning; raises what refuses it."""
        with transaction() as session:
            old = session.get_one(ServiceVersion, self.pack)
            new = deploy_complete(pack, by=SYSTEM.id)
            pins = {
                "service_version": (old.version, new.version),
                "definition_id": (old.definition_id, new.definition_id),
            }
            for table in (
                each for each in Model.metadata.sorted_tables if each.name not in _DEPLOYED
            ):
                for name in pins.keys() & set(table.c.keys()):
                    pinned, to = table.c[name], pins[name]
                    session.execute(table.update().where(pinned == to[0]).values({name: to[1]}))
        self.pack = pack.version

    def tell(self, told: EngineEvent) -> None:
        """Let the witness of the moment know what the engine tells."""
        self.witness.event(told)

    def answer(self, systems: Answers) -> None:
        """Let systems answer this from now on; the house's own jobs may only be made to fail."""
        for kind, answers in systems.items():
            made = JobKind(_Stub(self, kind, answers), None, self._policy(kind))
            self.runtime.jobs[kind] = replace(made, record=self._record(kind, answers))

    def reset_systems(self) -> None:
        """No outside system answers anything."""
        self.runtime.jobs.clear()
        self.runtime.jobs.update(self.real)
        self.answer({kind: [] for kind in self.outside})
        for kind in self.own:
            self.runtime.jobs[kind] = self._watched(kind)

    def _policy(self, kind: str) -> JobPolicy:
        """Breakers look at the database's clock, which nobody pushes."""
        return replace(self.real[kind].policy, breaker=None) if kind in self.real else JobPolicy()

    def _record(self, kind: str, answers: Any) -> Any:
        """What is stored by the house's own jobs is stored once they no longer fail."""
        return self.real[kind].record if answers and kind in self.own else None

    @property
    def own(self) -> frozenset[str]:
        """The kinds of job that the house works itself."""
        return frozenset(self.real) - self.outside

    def _watched(self, kind: str) -> JobKind:
        known = self.real[kind]
        return known if known.handler is None else replace(known, handler=_Stub(self, kind, ()))

    def _forget(self, kept: frozenset[str]) -> None:
        with transaction() as session:
            for table in reversed(Model.metadata.sorted_tables):
                if table.name not in kept:
                    session.execute(table.delete())
        db.session.remove()
        shutil.rmtree(self.settings.data_directory / "documents", ignore_errors=True)


class _Stub:
    """A system that gives one answer after the other; the last one for good."""

    def __init__(self, stage: Installation, kind: str, answers: Any) -> None:
        self._stage, self._kind = stage, kind
        self._answers = [dict(answer) for answer in answers]

    def __call__(self, call: JobCall) -> Result:
        self._stage.witness.call(call)
        answer = self._next()
        if answer is None:
            return self._otherwise(call)
        if "fails" in answer:
            self._stage.witness.failed_on_purpose.add(call.id)
            raise JobFailed(answer["fails"], retry_after=answer.get("retry_after"))
        if "bpmn_error" in answer:
            raise BpmnError(answer["bpmn_error"], answer.get("message", ""))
        return answer

    def _next(self) -> dict[str, Any] | None:
        if not self._answers:
            return None
        answer = self._answers[0]
        if "times" in answer:
            answer["times"] -= 1
            if answer["times"] == 0:
                self._answers.pop(0)
        elif len(self._answers) > 1:
            self._answers.pop(0)
        return answer

    def _otherwise(self, call: JobCall) -> Result:
        own = self._kind in self._stage.own
        handler = self._stage.real[self._kind].handler if own else None
        if handler is None:
            raise JobFailed(f"no answer of “{self._kind}” stands in the scenario", retryable=False)
        return handler(call)


@contextmanager
def installation() -> Iterator[Installation]:
    """A throw-away installation, with the application's context pushed."""
    memory = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="scenarios-", dir=memory) as folder:
        profile = Settings.from_environment().profile
        settings = Settings(data_directory=Path(folder), embedded_workers=0, profile=profile)
        stage = _built(settings)
        with stage.app.app_context():
            Model.metadata.create_all(db.engine)
            yield stage
            db.session.remove()
            db.engine.dispose()


def _built(settings: Settings) -> Installation:
    app = Flask("scenarios")
    database.init_app(app, settings)
    with app.app_context():
        event.listen(db.engine, "connect", _hasty)
    chores.init_app(app)
    runtime = engine.init_app(app, settings)
    for room in (letters, signing, storage, accounts):
        room.init_app(app, settings)
    dossiers.init_app(app, settings, runtime)
    own = frozenset(runtime.jobs)
    connectors.init_app(app, settings, runtime)
    profile = read_profile(settings.profile)
    i18n.init_app(app, time_zone=profile.time_zone, languages=profile.languages)
    outside = frozenset(runtime.jobs) - own
    stage = Installation(app, settings, runtime, outside, dict(runtime.jobs))
    _watch(app, stage)
    return stage


def _watch(app: Flask, stage: Installation) -> None:
    with app.app_context():
        letters.use(app, _Typesetters(letters.pool(), stage))
    stage.runtime.subscribe(stage.tell)
    for kind, handler in list(stage.runtime.actions.items()):
        stage.runtime.on_action(kind, _seen(stage, handler))


def _seen(stage: Installation, handler: ActionHandler) -> Callable[[ActionCall], Result]:
    def act(call: ActionCall) -> Result:
        stage.witness.call(call)
        return handler(call)

    return act


def _hasty(connection: Any, _record: Any) -> None:
    """Nothing here outlives the process, so nothing waits for the disk."""
    connection.execute("PRAGMA synchronous=OFF")


def _agencies() -> Agency:
    """The agency that settles, and one that takes part; staff of scenarios works for both."""
    create_agency(_PARTNER, "HCM", {"vi": "Sở Xây dựng", "en": "Department of Works"}, by=SYSTEM)
    names = {"vi": "Sở Y tế", "en": "Department of Health"}
    return create_agency(_LEAD, "HN", names, by=SYSTEM)
