"""One performance of a scenario: the actors, the dossier they are about, and what each word does."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pikepdf
from sqlalchemy import func, select

import engine
from accounts.actor import SYSTEM, Actor, Grant, Kind, Role
from accounts.models import Account, Agency
from core import clock, logs
from core.database import db, transaction
from core.errors import InvalidRequest, MotcuaError
from core.ids import new_id
from dossiers import operations, queries
from dossiers.confidential.operations import take_answer
from dossiers.confidential.queries import newest_enquiry
from dossiers.confidential.sealing import Answer
from dossiers.models import Dossier
from dossiers.operations.documents import StoredUpload
from dossiers.operations.proceedings import open_proceeding
from dossiers.queries import TaskItem
from dossiers.register_entries.follow_ups import facts_for_process
from dossiers.register_entries.time_passing import let_time_pass
from engine import operations as process
from engine.jobs.kinds import TIMER
from engine.models import Incident, Job, JobState
from feel import DaysDuration, MonthsDuration, compile_expression
from studio.errors import (
    ProcessStuck,
    ScenarioFailed,
    StepAccepted,
    StepImpossible,
    StepRefused,
)
from studio.scenarios import facts
from studio.scenarios.comparing import difference, in_words, plain
from studio.scenarios.installation import Installation
from studio.scenarios.reading import Scenario, Step
from studio.scenarios.witness import Witness
from workflows.pack import ServicePack

_LANGUAGE = "vi"
_LARGEST_UPLOAD = 1_000_000
# A process that never waits is stopped here; no step of a real service needs as many jobs.
MOST_JOBS = 200


def perform(
    stage: Installation,
    pack: ServicePack,
    scenario: Scenario,
    before: Callable[["Performance"], None] = lambda _: None,
) -> "Performance":
    """Play a scenario from beginning to end; raises ScenarioFailed at the first difference.

    `before` is called before each step, once everything waits; `number` is then that step's. Raises
    also what refuses the pack: PackBroken, DeploymentRefused, or a fault of its forms.
    """
    with clock.stopped_at(scenario.at), logs.silence():
        stage.reset_systems()
        stage.answer(scenario.systems)
        agency = stage.begin(pack)
        played = Performance(stage, pack, scenario, agency)
        with played.witness.watching_decisions():
            played.play(before)
    return played


class Performance:
    """A scenario being played."""

    def __init__(
        self, stage: Installation, pack: ServicePack, scenario: Scenario, agency: Agency
    ) -> None:
        self.stage, self.pack, self.scenario, self.agency = stage, pack, scenario, agency
        self.witness: Witness = stage.witness
        identity = new_id()
        self.applicant = Actor(f"account:{identity}", Kind.CITIZEN, "Applicant", identity)
        self.number, self.step = 0, scenario.steps[0]
        self.dossier_id: UUID = identity

    def play(self, before: Callable[["Performance"], None]) -> None:
        """Do every step, and let the machine work until it waits after each."""
        self._do(self._draft, None)
        self.go_on(1, before)

    def go_on(self, first: int, before: Callable[["Performance"], None] = lambda _: None) -> None:
        """Do the step of this number and those after it."""
        words: dict[str, Callable[[Any], None]] = {
            "attach": self._attach,
            "remove": self._remove,
            "answer": self._answer,
            "submit": self._submit,
            "pay": self._pay,
            "withdraw": self._withdraw,
            "again": self._again,
            "procedure": self._procedure,
            "task": self._task,
            "wait": self._wait,
            "systems": self.stage.answer,
            "message": self._message,
            "enquiry": self._enquiry,
            "retry": self._retry,
            "expect": self._expect,
        }
        for number, step in enumerate(self.scenario.steps[first - 1 :], start=first):
            self.number, self.step = number, step
            before(self)
            self._do(words[step.word], step)
            self._work()

    def _do(self, deed: Callable[[Any], None], step: Step | None) -> None:
        try:
            deed(step.argument if step else None)
        except ScenarioFailed:
            raise
        except MotcuaError as error:
            self._require_foreseen(error, step.refused if step else None)
        except Exception as error:
            fault = f"{type(error).__name__}: {error}"
            raise self._failed(ProcessStuck, element=self.step.word, message=fault) from error
        else:
            if step and step.refused is not None:
                raise self._failed(StepAccepted, expected=in_words(plain(step.refused, None)))

    def _require_foreseen(self, error: MotcuaError, refused: str | tuple[str, ...] | None) -> None:
        fields = error.fields if isinstance(error, InvalidRequest) else {}
        names = sorted(".".join(map(str, path)) for path in fields)
        if refused is None:
            said = "; ".join(f"{'.'.join(map(str, p))}: {' '.join(m)}" for p, m in fields.items())
            raise self._failed(StepRefused, refusal=error, complaints=said or error.code) from error
        if isinstance(refused, str):
            found = difference(refused, error.code, "refused")
        else:
            found = difference(sorted(refused), names, "refused")
        if found is not None:
            raise self._differs(found.place, found.expected, found.actual) from error

    # --- the machine

    def _work(self) -> None:
        """Let the machine work until it waits; nothing may be in trouble that was not foreseen."""
        if engine.run_due_jobs(self.stage.app, MOST_JOBS) >= MOST_JOBS:
            raise self._failed(ProcessStuck, element="", message=f"{MOST_JOBS} jobs and no rest")
        if not self.witness.walked:
            return
        db.session.rollback()
        foreseen = self.scenario.foreseen
        for stuck in db.session.scalars(
            select(Incident).where(Incident.element_id.not_in(foreseen))
        ):
            raise self._failed(ProcessStuck, element=stuck.element_id, message=stuck.message)
        for job in db.session.scalars(select(Job).where(Job.last_error != "")):
            place = job.element_id or job.kind
            on_purpose = job.id in self.witness.failed_on_purpose and job.state == JobState.READY
            if not on_purpose and place not in foreseen:
                raise self._failed(ProcessStuck, element=place, message=job.last_error)

    def _wait(self, period: str) -> None:
        """Push the clock from one due job to the next, so that each happens at its own time."""
        duration = compile_expression(f'duration("{period}")').evaluate({})
        if not isinstance(duration, DaysDuration | MonthsDuration):
            raise self._failed(StepImpossible, expected="P30D", actual=period)
        now = clock.now()
        local = now.astimezone(self.scenario.at.tzinfo)
        target = compile_expression("local + period").evaluate({"local": local, "period": duration})
        for _ in range(MOST_JOBS):
            due = self._next_due()
            if due is None or due > target:
                break
            clock.move_to(due)
            self._work()
        else:
            raise self._failed(ProcessStuck, element="", message=f"{MOST_JOBS} jobs and no rest")
        clock.move_to(target)
        let_time_pass()

    def _next_due(self) -> Any:
        db.session.rollback()
        query = select(func.min(Job.due_at)).where(Job.state == JobState.READY)
        return db.session.scalar(query.where(Job.due_at > clock.now()))

    # --- the applicant

    def _draft(self, given: Mapping[str, Any] | None) -> None:
        with transaction():
            dossier = operations.start_draft(
                self.pack.manifest.key,
                agency_id=self.agency.id,
                actor=self.applicant,
                language=_LANGUAGE,
            )
            self.dossier_id = dossier.id
            answers = _computed({**self.scenario.answers, **(given or {})})
            operations.save_answers(dossier.id, answers, actor=self.applicant)

    def _again(self, answers: Mapping[str, Any]) -> None:
        """The same applicant applies once more; what follows is about the new dossier."""
        self._draft(answers)

    def _attach(self, kinds: list[str]) -> None:
        uploads = {kind: self._upload(f"{kind}.pdf") for kind in kinds}
        with transaction():
            for kind, upload in uploads.items():
                operations.attach_document(self.dossier_id, kind, upload, actor=self.applicant)

    def _upload(self, file_name: str) -> StoredUpload:
        page = BytesIO(_PAGE)
        return operations.store_upload(
            self.dossier_id, file_name, page, limit_bytes=_LARGEST_UPLOAD
        )

    def _remove(self, kinds: list[str]) -> None:
        found = [d for d in queries.documents(self._dossier()) if d.document_type in kinds]
        if not found:
            raise self._failed(StepImpossible, expected=in_words(kinds), actual="–")
        for document in found:
            with transaction():
                operations.remove_document(document.id, actor=self.applicant)

    def _answer(self, answers: Mapping[str, Any]) -> None:
        with transaction():
            operations.save_answers(self.dossier_id, _computed(answers), actor=self.applicant)

    def _submit(self, _argument: Any) -> None:
        self._note_application()
        with transaction():
            operations.submit(self.dossier_id, actor=self.applicant, language=_LANGUAGE)

    def _note_application(self) -> None:
        form_id = self.pack.manifest.application_form
        self.witness.form(form_id, self.pack.form(form_id), self._dossier().answers)

    def _pay(self, _argument: Any) -> None:
        order = queries.open_payment(self._dossier())
        if order is None:
            raise self._failed(
                StepImpossible, expected="a fee to pay", actual="nothing owed (null or 0)"
            )
        with transaction():
            operations.note_payment(
                order.reference, amount=order.amount, currency=order.currency, transaction_code="T1"
            )

    def _withdraw(self, reason: str) -> None:
        with transaction():
            operations.withdraw(self.dossier_id, reason=reason, actor=self.applicant)

    # --- others

    def _procedure(self, name: str) -> None:
        """Begin a procedure of the service about the entry of the register."""
        entry = facts.entry_of(self._dossier(), self.pack)
        procedure = self.pack.manifest.register.procedures.get(name)
        if entry is None or procedure is None:
            known = ", ".join(self.pack.manifest.register.procedures) or "–"
            raise self._failed(StepImpossible, expected=name, actual=known)
        with transaction():
            open_proceeding(entry, procedure.process, {"entry": facts_for_process(entry)})

    def _task(self, task: Mapping[str, Any]) -> None:
        by_applicant = task["by"] == Role.APPLICANT
        actor = (
            self.applicant
            if by_applicant
            else self._clerk(task["by"], task.get("person", task["by"]))
        )
        found = self._open_task(task["element"], actor)
        answers = _computed(task.get("answers", {}))
        self.witness.form(found.task.form_key, found.pack.form(found.task.form_key), answers)
        if by_applicant:
            self._note_application()
        with transaction():
            token = None if by_applicant else self._claim(found, actor)
            operations.complete_task(
                found.task.id, answers, actor=actor, language=_LANGUAGE, token=token
            )

    def _open_task(self, element: str, actor: Actor) -> TaskItem:
        db.session.rollback()
        shown = queries.tasks(visible_to=actor)
        for item in shown:
            if item.task.element_id == element:
                return item
        names = ", ".join(item.task.element_id for item in shown) or "–"
        raise self._failed(StepImpossible, expected=f"{element} ({actor.name})", actual=names)

    def _claim(self, item: TaskItem, actor: Actor) -> UUID:
        return operations.claim_task(item.task.id, actor=actor)

    def _clerk(self, queue: str, person: str) -> Actor:
        """Somebody of the staff of all agencies, with an account: leaders sign results by name."""
        identity = uuid5(NAMESPACE_URL, person)
        with transaction() as session:
            if session.get(Account, identity) is None:
                known = {"login": person, "display_name": person, "agency_id": self.agency.id}
                session.add(Account(id=identity, kind=Kind.STAFF, **known))
        grants = frozenset({Grant(Role.OFFICER, None, queue=queue)})
        proven = clock.now()  # whoever plays a part has just signed in
        name = f"account:{identity}"
        return Actor(name, Kind.STAFF, person, identity, grants=grants, proven_at=proven)

    def _message(self, message: Mapping[str, Any]) -> None:
        key = message.get("key", str(self.dossier_id))
        with transaction():
            process.publish_message(
                message["name"], key, message.get("variables", {}), message.get("id")
            )

    def _enquiry(self, told: Mapping[str, Any]) -> None:
        """Another system answers the last enquiry of a kind; without a text it has nothing to tell."""
        found = newest_enquiry(told["kind"])
        if found is None:
            raise self._failed(StepImpossible, expected=told["kind"], actual="–")
        with transaction():
            answer = Answer(told["text"]) if "text" in told else None
            take_answer(found.id, answer, actor=SYSTEM)

    def _retry(self, element: str) -> None:
        db.session.rollback()
        stuck = db.session.scalars(select(Incident).where(Incident.element_id == element)).first()
        given_up = select(Job).where(Job.element_id == element, Job.state == JobState.INCIDENT)
        found = stuck or db.session.scalars(given_up.where(Job.kind != TIMER)).first()
        if found is None:
            raise self._failed(StepImpossible, expected=element, actual="–")
        with transaction():
            process.retry_incident(found.instance_id, found.id)

    # --- expectations

    def _expect(self, expected: Mapping[str, Any]) -> None:
        scene = self._scene()
        for name, value in expected.items():
            actual = plain(facts.fact(name, scene), self.scenario.at.tzinfo)
            found = difference(plain(value, None), actual, name)
            if found is not None:
                raise self._differs(found.place, found.expected, found.actual)

    def _scene(self) -> facts.Scene:
        return facts.Scene(self._dossier(), self.applicant, self.pack, self.witness)

    def _dossier(self) -> Dossier:
        db.session.rollback()  # end the read that saw the state before the machine worked
        return queries.find_dossier(self.dossier_id, visible_to=self.applicant)

    def _differs(self, place: str, expected: Any, actual: Any) -> ScenarioFailed:
        wanted = f"{place} = {in_words(expected)}"
        return self._failed(ScenarioFailed, expected=wanted, actual=in_words(actual))

    def _failed(self, kind: type[ScenarioFailed], **params: Any) -> ScenarioFailed:
        place = f"{self.number} ({self.step.word}, {self.scenario.file}:{self.step.line})"
        return kind(scenario=self.scenario.name, step=place, **params)


def _computed(answers: Any) -> Any:
    """Answers as given; a text that begins with `=` is FEEL, for dates and for very long texts."""
    if isinstance(answers, Mapping):
        return {key: _computed(value) for key, value in answers.items()}
    if isinstance(answers, list):
        return [_computed(value) for value in answers]
    if isinstance(answers, str) and answers.startswith("="):
        return plain(compile_expression(answers[1:]).evaluate({}), None)
    return plain(answers, None)


def _blank_page() -> bytes:
    page = BytesIO()
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(page)
    return page.getvalue()


_PAGE = _blank_page()
