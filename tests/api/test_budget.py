"""What one request costs the database: one commit, and a number of statements that does not grow.

The numbers are those that were seen on PostgreSQL, with the two that tell who calls. They may fall; one
that grows needs a reason. Savepoints, the lock of a message and NOTIFY are counted like any other.
Since 0.3, one writes the history of a step, and one the reason of each decision. Since 0.4, one reads
the due dates that were told before. Since 0.5, money that comes is judged under the lock of its
process, beside the other orders of its claim, and written into the journal; who withdraws owes no more.
The declaration has a tariff, whose lines are read, and one number for a device by its rules: what
stands is looked for at submission and claimed under lock before reception; a withdrawal lets it go.
A supplement is a request of its own: looked for under the lock, written, with its letter as a job.
Since 0.6, one looks for an equal file of the dossier before another is stored, and once more when it is
written down, and which papers are to be asked for in the store before they are sent.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import event

from administration import reading
from administration.kinds import kinds
from commands.sample.application import SAO_MAI, SERVICE, paper
from connectors.payment.messages import Seal
from core.config import Settings
from core.database import db
from engine import run_due_jobs
from engine.runtime import EXTENSION, Runtime
from tests.api.house import AGENCY, Caller, House

DOSSIERS, TASKS = "/api/v1/dossiers", "/api/v1/tasks"
UNKNOWN = {"enterprise": {"found": False, "active": False, "name": ""}}
SEEN = {
    "start": 8,
    "show draft": 4,
    "change": 9,
    "attach": 11,
    "detach": 7,
    "submit": 34,
    "show": 9,
    "list": 2,
    "begin payment": 3,
    "payment reported": 23,
    "payment reported again": 1,
    "list tasks": 2,
    "show task": 2,
    "claim": 8,
    "release": 8,
    "ask for a supplement": 22,
    "supplement": 22,
    "accept": 36,
    "read document": 4,
    "check entry": 2,
    "read feed": 2,
    "withdraw": 27,
}


@dataclass
class Ledger:
    """Counts the statements and commits of what is done through it."""

    house: House
    costs: dict[str, int] = field(default_factory=dict)
    statements: int = 0
    commits: int = 0

    def pay(self, name: str, deed: Callable[[], Any]) -> Any:
        """Do something and note under its name what it cost."""
        self.statements = self.commits = 0
        answer = deed()
        assert answer.status_code < 300, answer.text
        assert self.commits <= 1, name
        self.costs[name] = max(self.statements, self.costs.get(name, 0))
        return answer

    def note_statement(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.statements += not statement.startswith("BEGIN")

    def note_commit(self, _connection: Any) -> None:
        self.commits += 1


@pytest.fixture
def ledger(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    # What each process keeps is read again after some seconds, which a busy machine may need.
    monkeypatch.setattr(reading, "LIFE", 600.0)
    ledger = Ledger(house)
    with house.app.app_context():
        engine = db.engine
        for kind in kinds():
            reading.in_force(kind.code)
    listeners = (
        ("before_cursor_execute", ledger.note_statement),
        ("commit", ledger.note_commit),
    )
    for happening, listener in listeners:
        event.listen(engine, happening, listener)
    yield ledger
    for happening, listener in listeners:
        event.remove(engine, happening, listener)


@pytest.fixture
def outside(house: House) -> None:
    """The payment platform takes orders, and the register knows no company: a clerk must look."""
    runtime: Runtime = house.app.extensions[EXTENSION]
    runtime.on_job("payment.order", lambda _call: {"checkout_url": "https://pay.example/1"})
    runtime.on_job("enterprise.lookup", lambda _call: UNKNOWN)


@pytest.mark.usefixtures("each_database", "outside")
def test_no_request_costs_more_than_it_did(house: House, ledger: Ledger, settings: Settings):
    apply(house.owner, ledger)  # the first one fills what each process keeps
    withdrawn = apply(house.owner, ledger)
    run_due_jobs(house.app)
    ledger.costs.clear()

    address = apply(house.owner, ledger)
    run_due_jobs(house.app)
    pay(house, ledger, address, settings)
    run_due_jobs(house.app)
    decide(house, ledger, address)
    read(house, ledger, address)
    body = {"reason": "Nhầm"}
    ledger.pay("withdraw", lambda: house.owner.post(f"{withdrawn}/withdraw", body))
    grown = {name: cost for name, cost in ledger.costs.items() if cost > SEEN[name]}
    assert grown == {}
    assert ledger.costs.keys() == SEEN.keys()


def apply(owner: Caller, ledger: Ledger) -> str:
    body = {"service": SERVICE, "agency": AGENCY, "answers": SAO_MAI}
    draft = ledger.pay("start", lambda: owner.post(DOSSIERS, body)).get_json()
    address = f"{DOSSIERS}/{draft['id']}"
    version = ledger.pay("show draft", lambda: owner.get(address)).headers["ETag"]
    change = {"answers": {"device_name": "Máy đo"}}
    ledger.pay("change", lambda: owner.patch(address, change, version))
    wanted = draft["missing_documents"]
    papers = [attach(owner, ledger, draft["id"], kind) for kind in (wanted[0], *wanted)]
    ledger.pay("detach", lambda: owner.delete(f"/api/v1/documents/{papers[0]}"))
    ledger.pay("submit", lambda: owner.post(f"{address}/submit"))
    return address


def attach(owner: Caller, ledger: Ledger, dossier_id: str, kind: str) -> str:
    sent = ledger.pay("attach", lambda: owner.upload(dossier_id, kind, paper(kind)))
    return str(sent.get_json()["id"])


def pay(house: House, ledger: Ledger, address: str, settings: Settings) -> None:
    fee = ledger.pay("begin payment", lambda: house.owner.post(f"{address}/payments")).get_json()
    message = {
        "LoaiBanTin": "NOTIFY",
        "MaLoi": "00",
        "MaThamChieu": fee["reference"],
        "SoTien": str(fee["amount"]),
        "MaTienTe": fee["currency"],
        "MaGiaoDich": "GD1",
    }
    sealed = Seal(settings.payment_secret, settings.payment_digest).sealed(message)
    platform, report = house.app.test_client(), "/api/v1/payments/notifications"
    ledger.pay("payment reported", lambda: platform.post(report, json=sealed))
    ledger.pay("payment reported again", lambda: platform.post(report, json=sealed))


def decide(house: House, ledger: Ledger, address: str) -> None:
    clerk, owner = house.desk_clerk, house.owner
    task, token = claimed(clerk, ledger)
    ledger.pay("release", lambda: clerk.post(f"{task}/release", {"token": token}))
    task, token = claimed(clerk, ledger)
    asked = {"decision": "supplement", "note": "Bổ sung nhãn"}
    complete(clerk, ledger, "ask for a supplement", task, answers=asked, token=token)
    mine = f"{TASKS}/{owner.get(address).get_json()['task_id']}"
    complete(owner, ledger, "supplement", mine, answers={"answer": "Đã bổ sung"})
    run_due_jobs(house.app)
    task, token = claimed(clerk, ledger)
    accepted = {"decision": "accept", "note": "Đủ"}
    complete(clerk, ledger, "accept", task, answers=accepted, token=token)
    run_due_jobs(house.app)


def claimed(clerk: Caller, ledger: Ledger) -> tuple[str, str]:
    waiting = ledger.pay("list tasks", lambda: clerk.get(TASKS)).get_json()["items"]
    task = f"{TASKS}/{waiting[0]['id']}"
    ledger.pay("show task", lambda: clerk.get(task))
    return task, ledger.pay("claim", lambda: clerk.post(f"{task}/claim")).get_json()["token"]


def complete(caller: Caller, ledger: Ledger, name: str, task: str, **body: Any) -> None:
    ledger.pay(name, lambda: caller.post(f"{task}/complete", body))


def read(house: House, ledger: Ledger, address: str) -> None:
    shown = ledger.pay("show", lambda: house.owner.get(address)).get_json()
    document = house.owner.get(f"{address}/documents").get_json()["items"][-1]["id"]
    ledger.pay("read document", lambda: house.owner.get(f"/api/v1/documents/{document}/content"))
    entry = f"/api/v1/register/{shown['register_number']}"
    ledger.pay("check entry", lambda: house.owner.get(entry))
    ledger.pay("list", lambda: house.owner.get(DOSSIERS))
    ledger.pay("read feed", lambda: house.portal.get("/api/v1/portal/status-changes"))
