"""Programs outside work service tasks: what they fetch is theirs until they answer or are too slow."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Event, Semaphore, Thread
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

import engine
from accounts import policy, queries, runtime
from core.clock import shifted
from core.config import Settings
from core.database import Model, db, reading, transaction
from engine import queries as processes
from engine.jobs import external
from engine.jobs.waking import Wake
from engine.models import Job
from engine.queries import EVERYTHING
from engine.runtime import EXTENSION
from tests.api.conftest import code_of
from tests.api.external_site import CLIENT, KIND, OTHER, admit_client, build, start
from tests.engine.models import boundary, flows, mapping, model, service

JOBS = "/api/v1/external-jobs"
CAREFUL = model(
    '<startEvent id="s"/><endEvent id="e"/><endEvent id="full"/>'
    + service("a", KIND, mapping(inputs={"paper": "=reference"}))
    + boundary("b", "a", '<errorEventDefinition errorRef="err"/>')
    + flows("s -> a", "a -> e", "b -> full"),
    '<error id="err" name="full" errorCode="full"/>',
)


@dataclass(frozen=True)
class Program:
    """A program with its token."""

    app: Flask
    headers: dict[str, str]

    def post(self, path: str, **body: Any) -> Any:
        return self.app.test_client().post(f"{JOBS}/{path}", json=body, headers=self.headers)

    def fetch(self, *kinds: str, **options: Any) -> list[dict[str, Any]]:
        wanted = {"worker": "test", "kinds": list(kinds or (KIND,)), **options}
        answer = self.post("fetch-and-lock", **wanted)
        assert answer.status_code == 200, answer.text
        return list(answer.get_json()["jobs"])

    def answer(self, job: dict[str, Any], deed: str, **said: Any) -> Any:
        return self.post(f"{job['id']}/{deed}", lock=job["lock"], **said)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = build(replace(settings, external_job_kinds=f"{KIND}, {OTHER}"))
    with app.app_context():
        Model.metadata.create_all(db.engine)
        admit_client()
        admit_client("shredder", OTHER)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def program(app: Flask) -> Program:
    return program_of(app, CLIENT)


def program_of(app: Flask, client_id: str) -> Program:
    actor = queries.actor(f"client:{client_id}")
    assert actor is not None
    token = runtime().tokens.issue(actor, policy.scopes_of(actor))
    return Program(app, {"Authorization": f"Bearer {token.text}", "Accept-Language": "en"})


def variables(instance_id: UUID) -> dict[str, Any]:
    with reading():
        return processes.variables(instance_id, visible_to=EVERYTHING)


def state(instance_id: UUID) -> str:
    with reading():
        return processes.find_instance(instance_id, visible_to=EVERYTHING).state


def incidents() -> list[str]:
    with reading():
        return [each.message for each in processes.incidents(visible_to=EVERYTHING)]


def lease_runs_out() -> None:
    with transaction() as session:
        session.execute(update(Job).values(lease_until=1.0))


def test_a_job_is_fetched_with_what_it_needs_and_completed_with_its_result(program, each_database):
    instance_id = start(reference="G18")
    (job,) = program.fetch()

    assert (job["kind"], job["attempt"], job["variables"]) == (KIND, 1, {"reference": "G18"})
    assert program.fetch() == []
    done = program.answer(job, "complete", variables={"shelf": "B2", "other": 1})

    assert done.status_code == 204
    assert state(instance_id) == "completed"
    assert variables(instance_id) == {"reference": "G18", "shelf": "B2", "notes": 1}


def test_workers_of_the_house_leave_its_kinds_alone(program):
    start(reference="G18")

    assert engine.run_due_jobs(program.app) == 0
    assert len(program.fetch()) == 1


def test_only_the_variables_that_were_asked_for_are_told(program):
    start(reference="G18", phone="0912345678")
    assert [job["variables"] for job in program.fetch(variables=["reference"])] == [
        {"reference": "G18"}
    ]


def test_a_second_answer_is_refused_and_changes_nothing(program):
    instance_id = start(reference="G18")
    (job,) = program.fetch()
    program.answer(job, "complete", variables={"shelf": "B2"})
    for deed, said in ANSWERS.items():
        again = program.answer(job, deed, **said)
        assert (again.status_code, code_of(again)) == (409, "job-lock-lost"), deed

    assert variables(instance_id)["notes"] == 1


ANSWERS: dict[str, dict[str, Any]] = {
    "complete": {"variables": {"shelf": "C3"}},
    "failure": {"message": "no"},
    "bpmn-error": {"code": "full"},
    "extend-lock": {},
    "unlock": {},
}


@pytest.mark.parametrize("deed", sorted(ANSWERS))
def test_who_was_too_slow_is_refused_once_another_has_the_job(program, deed, each_database):
    instance_id = start(reference="G18")
    (late,) = program.fetch()
    lease_runs_out()
    (job,) = program.fetch()

    assert (job["id"], job["attempt"]) == (late["id"], 2)
    assert program.answer(late, deed, **ANSWERS[deed]).status_code == 409
    assert program.answer(job, "complete", variables={"shelf": "B2"}).status_code == 204
    assert variables(instance_id)["shelf"] == "B2"


def test_a_failure_is_tried_again_not_before_the_time_it_names(program):
    start(reference="G18")
    (job,) = program.fetch()
    failed = program.answer(job, "failure", message="no paper", retry_after=600)

    assert failed.status_code == 204
    with shifted(timedelta(minutes=9)):
        assert program.fetch() == []
    with shifted(timedelta(minutes=11)):
        assert [each["attempt"] for each in program.fetch()] == [2]


def test_a_failure_for_good_is_an_incident(program):
    start(reference="G18")
    (job,) = program.fetch()
    program.answer(job, "failure", message="no such paper", retryable=False)

    assert incidents() == ["no such paper"]
    assert program.fetch() == []


def test_a_job_whose_workers_keep_dying_is_an_incident(program):
    start(reference="G18")
    for _ in range(external.POLICY.max_attempts):
        assert len(program.fetch()) == 1
        lease_runs_out()

    assert program.fetch() == []
    assert len(incidents()) == 1


def test_an_error_that_the_model_knows_takes_its_way(program):
    instance_id = start(CAREFUL, reference="G18")
    (job,) = program.fetch()
    assert job["variables"] == {"paper": "G18", "reference": "G18"}
    answer = program.answer(job, "bpmn-error", code="full", message="no room")

    assert answer.status_code == 204
    assert (state(instance_id), incidents()) == ("completed", [])


def test_a_lock_can_be_prolonged_and_given_up(program):
    start(reference="G18")
    (job,) = program.fetch(lock_seconds=1)
    longer = program.answer(job, "extend-lock", lock_seconds=600)

    assert longer.get_json()["locked_until"] > job["locked_until"]
    assert program.answer(job, "unlock").status_code == 204
    assert [each["attempt"] for each in program.fetch()] == [1]


def test_a_result_that_no_process_can_hold_is_refused_and_the_job_kept(program):
    start(reference="G18")
    (job,) = program.fetch()
    deep: Any = 1
    for _ in range(60):
        deep = [deep]
    refused = program.answer(job, "complete", variables={"shelf": deep})

    assert (refused.status_code, code_of(refused)) == (422, "variables-refused")
    assert program.answer(job, "complete", variables={"shelf": "B2"}).status_code == 204


def test_a_program_has_only_the_kinds_it_was_registered_for(app, program):
    start(reference="G18")
    (job,) = program.fetch()
    shredder = program_of(app, "shredder")
    foreign = shredder.post("fetch-and-lock", worker="x", kinds=[OTHER, KIND])
    taken = shredder.answer(job, "complete", variables={"shelf": "bin"})

    assert (foreign.status_code, taken.status_code) == (403, 403)
    assert shredder.fetch(OTHER) == []


def test_many_jobs_are_fetched_at_once_but_one_after_the_other_of_an_instance(program):
    twice = model(
        '<startEvent id="s"/><parallelGateway id="f"/>'
        + service("a", KIND)
        + service("b", KIND)
        + flows("s -> f", "f -> a", "f -> b")
    )
    for _ in range(3):
        start(twice, reference="G18")
    jobs = program.fetch(max_jobs=10)

    assert [job["element"] for job in jobs] == ["a"] * 3


def test_a_kind_whose_jobs_keep_failing_rests(program):
    for _ in range(6):
        start(reference="G18")
    for job in program.fetch(max_jobs=5):
        program.answer(job, "failure", message="no power")

    assert program.fetch() == []


def test_a_poll_that_waits_holds_no_connection_and_wakes_when_there_is_work(program, each_database):
    jobs: list[dict[str, Any]] = []
    waiting = Event()
    program.app.extensions[EXTENSION].wake = Noted(waiting)
    poll = Thread(target=lambda: jobs.extend(program.fetch(wait_seconds=20)))
    began = time.monotonic()
    poll.start()
    assert waiting.wait(10)
    db.session.remove()
    wait_until(lambda: db.engine.pool.checkedout() == 0)  # type: ignore[attr-defined]  # a queue pool

    start(reference="G18")
    poll.join()
    assert len(jobs) == 1
    assert time.monotonic() - began < 15


class Noted(Wake):
    """Says when somebody has begun to wait."""

    def __init__(self, begun: Event) -> None:
        super().__init__()
        self.begun = begun

    def wait_past(self, count: int, timeout: float) -> bool:
        self.begun.set()
        return super().wait_past(count, timeout)


def test_one_poll_too_many_is_answered_at_once(program, monkeypatch):
    monkeypatch.setattr(external, "_seats", Semaphore(0))
    began = time.monotonic()

    assert program.fetch(wait_seconds=20) == []
    assert time.monotonic() - began < 10


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)
