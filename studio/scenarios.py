"""Scenarios: a service played from first answer to signed result, in an installation of its own.

A scenario is a YAML file in a pack's `scenarios/` folder (docs/scenarios.md). Everything of ours is
real while it is played: forms, decisions, process, letters, seals, register. Only the outside systems
answer what the scenario says they answer, and the clock is pushed.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import yaml
from flask import Flask

import accounts
import dossiers as dossiers_room
import engine
import letters
import signing
import storage
from accounts.actor import SYSTEM, Actor, Kind, Role
from accounts.models import Agency
from accounts.operations import create_agency
from core import chores, clock, database, i18n
from core.config import Settings
from core.database import Model, db, transaction
from core.ids import new_id
from dossiers import operations, queries
from dossiers.models import Dossier
from engine.jobs.kinds import JobHandler
from feel import compile_expression
from studio.errors import ScenarioBroken, ScenarioFailed
from workflows.operations import deploy_pack
from workflows.pack import ServicePack
from workflows.profiles import read_profile

_LANGUAGE = "vi"


@dataclass(frozen=True)
class Scenario:
    """A scenario as written: when it begins, what outside systems answer, and its steps."""

    name: str
    at: datetime
    systems: Mapping[str, Mapping[str, Any]]
    answers: Mapping[str, Any]
    steps: tuple[Mapping[str, Any], ...]


def read_scenarios(pack: ServicePack) -> list[Scenario]:
    """The scenarios of a pack; raises ScenarioBroken naming the file and what is wrong."""
    return [
        _read(path, content)
        for path, content in sorted(pack.files.items())
        if path.startswith("scenarios/") and path.endswith(".yaml")
    ]


def play(pack: ServicePack, scenario: Scenario) -> None:
    """Play a scenario from beginning to end; raises ScenarioFailed at the first difference."""
    with _installation(scenario) as app, clock.process_at(scenario.at):
        with transaction():
            deploy_pack(pack, by=SYSTEM.id)
            agency = create_agency("H26.10", "HN", {"vi": "Sở Y tế", "en": "Department"}, by=SYSTEM)
        _Stage(app, pack, scenario, agency).play()


class _Stage:
    """One performance: the actors, the dossier they are about, and what each step word does."""

    def __init__(self, app: Flask, pack: ServicePack, scenario: Scenario, agency: Agency) -> None:
        self.app, self.pack, self.scenario, self.agency = app, pack, scenario, agency
        self.applicant = Actor("account:0", Kind.CITIZEN, "Applicant", new_id())
        self.applicant = Actor(
            f"account:{self.applicant.account_id}",
            Kind.CITIZEN,
            "Applicant",
            self.applicant.account_id,
        )
        self.dossier_id = self._draft()

    def play(self) -> None:
        """Do every step, and let the machine work until it waits after each."""
        words: dict[str, Callable[[Any], None]] = {
            "attach": self._attach,
            "answer": self._answer,
            "submit": self._submit,
            "pay": self._pay,
            "withdraw": self._withdraw,
            "task": self._task,
            "wait": self._wait,
            "expect": self._expect,
        }
        for number, step in enumerate(self.scenario.steps, start=1):
            self.number = number
            ((word, argument),) = step.items()
            words[word](argument)
            engine.run_due_jobs(self.app)

    def _draft(self) -> Any:
        with transaction():
            dossier = operations.start_draft(
                self.pack.manifest.key,
                agency_id=self.agency.id,
                actor=self.applicant,
                language=_LANGUAGE,
            )
            operations.save_answers(dossier.id, self.scenario.answers, actor=self.applicant)
        return dossier.id

    def _attach(self, kinds: list[str]) -> None:
        for kind in kinds:
            upload = operations.store_upload(
                self.dossier_id, f"{kind}.pdf", BytesIO(_blank_page()), limit_bytes=1_000_000
            )
            with transaction():
                operations.attach_document(self.dossier_id, kind, upload, actor=self.applicant)

    def _answer(self, answers: Mapping[str, Any]) -> None:
        with transaction():
            operations.save_answers(self.dossier_id, answers, actor=self.applicant)

    def _submit(self, _argument: Any) -> None:
        with transaction():
            operations.submit(self.dossier_id, actor=self.applicant, language=_LANGUAGE)

    def _pay(self, _argument: Any) -> None:
        order = queries.open_payment(self._dossier())
        if order is None:
            raise self._failed("a fee to pay", "nothing to pay")
        with transaction():
            operations.note_payment(
                order.reference, amount=order.amount, currency=order.currency, transaction_code="T1"
            )

    def _withdraw(self, reason: str) -> None:
        with transaction():
            operations.withdraw(self.dossier_id, reason=reason, actor=self.applicant)

    def _task(self, task: Mapping[str, Any]) -> None:
        role = Role(task["by"])
        actor = self.applicant if role is Role.APPLICANT else self._clerk(role)
        open_tasks = [
            item
            for item in queries.tasks(visible_to=actor)
            if item.task.element_id == task["element"]
        ]
        if not open_tasks:
            raise self._failed(f"a task “{task['element']}” for {role}", "none is open")
        task_id = open_tasks[0].task.id
        with transaction():
            token = None if role is Role.APPLICANT else operations.claim_task(task_id, actor=actor)
            operations.complete_task(
                task_id, task["answers"], actor=actor, language=_LANGUAGE, token=token
            )

    def _wait(self, period: str) -> None:
        duration = compile_expression(f'duration("{period}")').evaluate({})
        clock.push_process(timedelta(seconds=float(duration.seconds)))

    def _expect(self, expected: Mapping[str, Any]) -> None:
        actual = self._facts()
        for name, value in expected.items():
            if actual.get(name) != value:
                raise self._failed(f"{name} = {value}", str(actual.get(name)))

    def _facts(self) -> dict[str, Any]:
        dossier = self._dossier()
        entry = queries.entry_of(dossier)
        order = next(iter(queries.payments(dossier)), None)
        return {
            "status": str(dossier.status),
            "path": [str(change.status) for change in queries.timeline(dossier)],
            "code": dossier.code,
            "due": dossier.due_at.astimezone(self.scenario.at.tzinfo).isoformat()
            if dossier.due_at
            else None,
            "fee": order.amount if order else None,
            "number": entry.number if entry else None,
            "register": entry.state if entry else None,
            "documents": sorted({each.document_type for each in queries.documents(dossier)}),
            "missing": sorted(queries.missing_documents(dossier)),
        }

    def _dossier(self) -> Dossier:
        db.session.rollback()  # end the read that saw the state before the machine worked
        return queries.find_dossier(self.dossier_id, visible_to=self.applicant)

    def _clerk(self, role: Role) -> Actor:
        roles = frozenset({(role, self.agency.id)})
        return Actor(f"account:{role}", Kind.STAFF, str(role), roles=roles)

    def _failed(self, expected: str, actual: str) -> ScenarioFailed:
        return ScenarioFailed(
            scenario=self.scenario.name, step=self.number, expected=expected, actual=actual
        )


@contextmanager
def _installation(scenario: Scenario) -> Iterator[Flask]:
    with tempfile.TemporaryDirectory(prefix="scenario-") as folder:
        settings = Settings(data_directory=Path(folder), embedded_workers=0)
        app = Flask("scenario")
        database.init_app(app, settings)
        chores.init_app(app)
        runtime = engine.init_app(app, settings)
        for room in (letters, signing, storage, accounts):
            room.init_app(app, settings)
        dossiers_room.init_app(app, settings, runtime)
        i18n.init_app(app, time_zone=read_profile(settings.profile).time_zone)
        for kind, answer in scenario.systems.items():
            runtime.on_job(kind, _answering(answer))
        with app.app_context():
            Model.metadata.create_all(db.engine)
            yield app
            db.session.remove()
            db.engine.dispose()


def _answering(answer: Mapping[str, Any]) -> JobHandler:
    return lambda _call: answer


def _read(path: str, content: bytes) -> Scenario:
    try:
        data = yaml.safe_load(content)
        return Scenario(
            name=data["name"],
            at=datetime.fromisoformat(data["at"]),
            systems=data.get("systems", {}),
            answers=data["answers"],
            steps=tuple(step if isinstance(step, dict) else {step: None} for step in data["steps"]),
        )
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise ScenarioBroken(scenario=path, fault=f"{type(error).__name__}: {error}.") from error


def _blank_page() -> bytes:
    page = BytesIO()
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(page)
    return page.getvalue()
