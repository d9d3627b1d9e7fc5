"""Two people at one request in the same moment, on both databases: one is first, the other is told."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

import engine
from core.database import db, transaction
from core.errors import Conflict
from dossiers import operations, queries
from dossiers.models import Dossier, DossierStatus, RegisterEntry
from dossiers.requests import operations as requesting
from dossiers.requests.models import DossierRequest, RequestState
from dossiers.requests.operations import Asking
from tests.dossiers.asking import LABEL, WHY, fresh, receive, requests, under, who, withdraw

pytestmark = pytest.mark.usefixtures("each_database")
PATIENCE = 60
Deed = Callable[[], Any]


def together(app: Flask, *deeds: Deed) -> list[Any]:
    """What came of deeds that were begun in the same moment, in their order."""
    db.session.remove()
    outcomes: list[Any] = [None] * len(deeds)
    start = threading.Barrier(len(deeds))

    def do(number: int, deed: Deed) -> None:
        with app.app_context():
            start.wait(PATIENCE)
            try:
                outcomes[number] = deed()
            except Exception as error:  # noqa: BLE001  the outcome is what the test is about
                outcomes[number] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=do, args=each) for each in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    return outcomes


@pytest.fixture
def must_ask(installation: Flask, request: pytest.FixtureRequest) -> Dossier:
    """A received dossier of a service whose withdrawals are granted first."""
    under({"withdrawal": {"after_reception": "asked"}})
    found: Dossier = request.getfixturevalue("dossier_on_the_desk")
    receive(found)
    return found


def test_of_two_who_answer_at_once_one_is_first(installation: Flask, must_ask: Dossier):
    asked = withdraw(must_ask).id

    def grant() -> None:
        with transaction():
            requesting.grant(asked, actor=who("chuyenvien"))

    def deny() -> None:
        with transaction():
            requesting.deny(asked, reason="Đã trình ký", actor=who("lanhdao"))

    granted, denied = together(installation, grant, deny)
    assert sorted([granted is None, denied is None]) == [False, True]
    assert {type(each).__name__ for each in (granted, denied)} == {"NoneType", "RequestAnswered"}
    (request,) = requests(must_ask)
    first = RequestState.GRANTED if granted is None else RequestState.DENIED
    ends = DossierStatus.WITHDRAWN if granted is None else DossierStatus.RECEIVED
    assert [request.state, fresh(must_ask).status] == [first, ends]


def test_a_withdrawal_and_the_result_exclude_each_other(installation: Flask, must_ask: Dossier):
    asked = withdraw(must_ask).id

    def grant() -> None:
        with transaction():
            requesting.grant(asked, actor=who("chuyenvien"))

    granted, _worked = together(installation, grant, lambda: engine.run_due_jobs(installation))
    engine.run_due_jobs(installation)
    entry = db.session.scalars(select(RegisterEntry)).one_or_none()
    if granted is None:
        assert [fresh(must_ask).status, entry] == [DossierStatus.WITHDRAWN, None]
    else:
        assert isinstance(granted, Conflict)
        assert fresh(must_ask).status is DossierStatus.DELIVERED
        assert requests(must_ask)[0].state is RequestState.LAPSED


def test_the_same_wish_sent_twice_at_once_is_one_request(installation: Flask, must_ask: Dossier):
    dossier_id = must_ask.id

    def wish() -> None:
        with transaction():
            operations.withdraw(dossier_id, reason=WHY, actor=who("saomai"))

    outcomes = together(installation, wish, wish)
    assert {type(each).__name__ for each in outcomes} == {"NoneType", "RequestStands"}
    assert len(requests(must_ask)) == 1


def test_a_list_sent_from_two_windows_asks_once(installation: Flask, dossier_on_the_desk: Dossier):
    clerk = who("motcua")
    (item,) = queries.tasks(visible_to=clerk)
    task_id = item.task.id
    with transaction():
        token = operations.claim_task(task_id, actor=clerk)

    def send() -> None:
        with transaction():
            operations.ask_supplement(
                task_id, Asking([LABEL]), token=token, actor=clerk, language="vi"
            )

    outcomes = together(installation, send, send)
    assert sum(each is None for each in outcomes) == 1
    assert all(isinstance(each, Conflict) for each in outcomes if each is not None)
    assert db.session.scalar(select(func.count()).select_from(DossierRequest)) == 1
