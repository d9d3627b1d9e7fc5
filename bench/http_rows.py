"""A whole case over HTTP: create, send, two user tasks taken and finished, end.

The floor is the same number of requests to a Flask that answers at once, and the engine's own steps.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from bench.measuring import Row, at_least, informing, interleaved, per_call
from bench.ours import MODELS, open_task, running_engine
from core.config import Settings
from core.database import Model, db, transaction
from dossiers.models import Dossier
from engine import operations
from tests.api.house import AGENCY, Caller, House, furnished
from tests.servers import running_postgres
from workflows.operations import deploy_pack
from workflows.pack import read_pack
from wsgi import create_app

PACK = read_pack(MODELS / "two-tasks")
ANSWERS = {"name": "Công ty A", "number": "0315123453"}
CASES, REQUESTS = 12, 6


def rows() -> list[Row]:
    """The case on both databases."""
    with running_postgres() as postgres, ExitStack() as stack:
        urls = [stack.enter_context(postgres.database(Model.metadata)) for _ in range(2)]
        return [*case_rows("SQLite", "", ""), *case_rows("PostgreSQL", *urls)]


def case_rows(name: str, url: str, engine_url: str) -> list[Row]:
    """One case by the API, against bare requests and the engine's steps."""
    with furnished_house(url) as house, running_engine(engine_url) as alone:
        engine = engine_case(alone)
        bare = bare_request()
        measured = interleaved(
            {
                "case": lambda: per_call(lambda: run_case(house), CASES),
                "bare": lambda: per_call(bare, CASES * REQUESTS) * REQUESTS,
                "engine": lambda: per_call(engine, CASES),
            }
        )
    floor = measured["bare"] + measured["engine"]
    title = f"case of two tasks over HTTP, {name}"
    baseline = "bare Flask routes + engine steps"
    per_minute = 60 / measured["case"]
    return [
        at_least(title, measured["case"], baseline, floor / measured["case"], 0.5),
        informing(title, measured["case"], "cases a minute with one worker", per_minute),
    ]


@contextmanager
def furnished_house(url: str) -> Iterator[House]:
    """The whole application with people and the service of two tasks."""
    with TemporaryDirectory() as folder:
        settings = Settings(data_directory=Path(folder), database_url=url, embedded_workers=0)
        app = create_app(settings)
        with app.app_context():
            Model.metadata.create_all(db.engine)
        house = furnished(app)
        with app.app_context():
            with transaction():
                deploy_pack(PACK, by="system")
            db.session.remove()
        yield house
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def run_case(house: House) -> None:
    """Create, send, two tasks."""
    body = {"service": PACK.manifest.key, "agency": AGENCY, "answers": ANSWERS}
    dossier_id = UUID(posted(house.owner, "/dossiers", body)["id"])
    posted(house.owner, f"/dossiers/{dossier_id}/submit")
    instance_id = instance_of(house.app, dossier_id)
    for caller in (house.desk_clerk, house.director):
        with house.app.app_context():
            task_id = open_task(instance_id)
        token = posted(caller, f"/tasks/{task_id}/claim")["token"]
        answers = {"token": token, "answers": {"right": True}}
        posted(caller, f"/tasks/{task_id}/complete", answers)


def instance_of(app: Flask, dossier_id: UUID) -> UUID:
    """The process of a dossier."""
    with app.app_context():
        found = db.session.get_one(Dossier, dossier_id).instance_id
        db.session.remove()
    assert found is not None
    return found


def posted(caller: Caller, address: str, body: Any = None) -> Any:
    """What a successful request answers."""
    answer = caller.post(f"/api/v1{address}", body)
    assert answer.status_code < 300, answer.text
    return answer.get_json() if answer.data else None


def bare_request() -> Callable[[], object]:
    """One request to a Flask that only reads and writes JSON."""
    app = Flask("bare")

    @app.post("/echo")
    def echo() -> ResponseReturnValue:
        return jsonify(request.get_json())

    client = app.test_client()
    return lambda: client.post("/echo", json=ANSWERS).get_json()


def engine_case(app: Flask) -> Callable[[], None]:
    """The same process by the engine alone, each step committed."""
    with app.app_context(), transaction():
        definition = operations.deploy(dict(PACK.model_files()))

    def run() -> None:
        with app.app_context():
            with transaction():
                instance_id = operations.start(definition, "two_tasks", {"application": ANSWERS})
            for _ in range(2):
                finish_task(instance_id)

    return run


def finish_task(instance_id: UUID) -> None:
    """Claim and complete the open task, in two transactions as over HTTP."""
    task_id = open_task(instance_id)
    with transaction():
        token = operations.claim(instance_id, task_id, "a")
    with transaction():
        operations.complete_task(
            instance_id, task_id, token=token, actor="a", variables={"check": {"right": True}}
        )


if __name__ == "__main__":
    for row in rows():
        print(row.name, round(row.value), row.baseline, round(row.ratio, 2), row.goal, row.ok)
