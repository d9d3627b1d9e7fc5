"""Programs have so many requests a minute and a day, over all server processes together."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from accounts import queries
from accounts.actor import Actor
from accounts.clients.errors import QuotaUsedUp
from accounts.clients.models import ClientCall, ClientQuota, ClientUsage
from accounts.clients.quotas import Quotas, forget_old_quotas
from accounts.clients.runtime import clients_runtime
from core import clock
from core.database import db, reading
from tests.api.clients import Program
from tests.api.conftest import People, code_of

NOON = datetime(2026, 11, 21, 12, 0, 1, tzinfo=UTC)


@pytest.fixture
def noon() -> Iterator[None]:
    """The clock stands still, so that no test sees two minutes."""
    with clock.stopped_at(NOON):
        yield


def program(client: FlaskClient, app: Flask, **quotas: int | None) -> Program:
    given = {"requests_per_minute": None, "requests_per_day": None, **quotas}
    return Program(client, app).registered(**given)


def actor_of(program: Program) -> Actor:
    found = queries.actor(f"client:{program.client_id}")
    assert found is not None
    return found


@pytest.mark.usefixtures("noon")
def test_each_answer_tells_what_is_left_and_the_end_is_told_with_the_time_to_wait(
    app: Flask, client: FlaskClient
):
    headers = program(client, app, requests_per_minute=3, requests_per_day=100).headers()

    answers = [client.get("/api/v1/me", headers=headers) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    first, last = answers[0].headers, answers[-1]
    assert (first["RateLimit-Limit"], first["RateLimit-Reset"]) == ("3", "59")
    assert first["RateLimit-Policy"] == "100;w=86400, 3;w=60"
    assert (code_of(last), last.headers["Retry-After"]) == ("quota-used-up", "59")


def test_the_next_minute_has_its_own_requests(app: Flask, client: FlaskClient):
    headers = program(client, app, requests_per_minute=1).headers()
    with clock.stopped_at(NOON):
        told = [client.get("/api/v1/me", headers=headers).status_code for _ in range(2)]
        clock.move_to(NOON + timedelta(minutes=1))
        told.append(client.get("/api/v1/me", headers=headers).status_code)

    assert told == [200, 429, 200]


@pytest.mark.usefixtures("noon")
def test_the_day_ends_it_as_well(app: Flask, client: FlaskClient):
    headers = program(client, app, requests_per_minute=50, requests_per_day=2).headers()

    answers = [client.get("/api/v1/me", headers=headers) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) == 12 * 3600 - 1


def test_people_and_programs_without_quotas_are_not_counted(
    app: Flask, client: FlaskClient, people: People, bearer: Any
):
    headers = program(client, app).headers()
    for known in (headers, bearer(people.citizen)):
        assert "RateLimit-Limit" not in client.get("/api/v1/me", headers=known).headers
    with app.app_context():
        assert db.session.scalars(select(ClientQuota)).all() == []


@pytest.mark.usefixtures("noon")
def test_another_program_is_not_stopped(app: Flask, client: FlaskClient):
    one = program(client, app, requests_per_minute=1).headers()
    other = Program(client, app, client_id="other").registered(requests_per_minute=1).headers()
    client.get("/api/v1/me", headers=one)

    assert client.get("/api/v1/me", headers=one).status_code == 429
    assert client.get("/api/v1/me", headers=other).status_code == 200


@pytest.mark.parametrize("limit", [1, 7, 100, 1000])
def test_several_processes_together_never_exceed_it(
    app: Flask, client: FlaskClient, each_database, limit: int
):
    known = program(client, app, requests_per_minute=limit)
    processes = [Quotas() for _ in range(4)]

    def spend_all(quotas: Quotas) -> int:
        with app.app_context(), clock.stopped_at(NOON):
            actor, spent = actor_of(known), 0
            try:
                while True:
                    quotas.spend(actor)
                    spent += 1
            except QuotaUsedUp:
                return spent

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(spend_all, processes)) == limit


@pytest.mark.usefixtures("noon")
def test_a_request_costs_a_twentieth_of_a_statement_and_a_refusal_none(
    app: Flask, client: FlaskClient
):
    known = program(client, app, requests_per_minute=200)
    statements: list[str] = []
    with app.app_context():
        actor, quotas = actor_of(known), Quotas()
        event.listen(db.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
        for _ in range(200):
            quotas.spend(actor)
        assert len(statements) == 20
        for _ in range(50):
            with pytest.raises(QuotaUsedUp):
                quotas.spend(actor)
        assert len(statements) == 20


def test_what_was_counted_of_days_gone_by_is_forgotten(app: Flask, client: FlaskClient):
    known = program(client, app, requests_per_minute=5)
    with app.app_context():
        Quotas().spend(actor_of(known))
        forget_old_quotas()
        assert len(db.session.scalars(select(ClientQuota)).all()) == 1
        with clock.shifted(timedelta(days=3)):
            forget_old_quotas()
        assert db.session.scalars(select(ClientQuota)).all() == []


# --- calls


def test_calls_are_written_down_for_the_contact(app: Flask, client: FlaskClient):
    headers = program(client, app).headers()
    client.get("/api/v1/me", headers=headers)
    client.get("/api/v1/dossiers", headers=headers)

    with app.app_context():
        clients_runtime().calls.write()
        clients_runtime().calls.write()
        with reading() as session:
            calls = session.scalars(select(ClientCall).order_by(ClientCall.at)).all()
            told = [(call.route, call.status, call.problem) for call in calls]
            (usage,) = session.execute(select(ClientUsage.calls, ClientUsage.errors))

    assert told == [("/api/v1/me", 200, ""), ("/api/v1/dossiers", 403, "action-refused")]
    assert tuple(usage) == (2, 1)


def test_of_very_many_calls_all_are_counted_and_the_newest_shown(app: Flask, client: FlaskClient):
    headers = program(client, app).headers()
    for _ in range(30):
        client.get("/api/v1/me", headers=headers)

    with app.app_context():
        clients_runtime().calls.write()
        with reading() as session:
            assert len(session.scalars(select(ClientCall)).all()) == 5
            assert session.scalars(select(ClientUsage)).one().calls == 30
