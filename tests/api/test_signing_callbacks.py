"""What a signing service tells of its own accord is believed by its header, and changes things once."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from core.database import db
from dossiers.models import Dossier
from dossiers.signatures.models import OrderState, SignatureOrder
from tests.dossiers.conftest import installation, paid_dossier, work
from tests.dossiers.phone import personal, phone
from tests.dossiers.sitting_pack import confirmed, director, papers, waiting
from tests.signing.servers.smartca import SmartCaServer

__all__ = ["installation", "paid_dossier", "work"]
ADDRESS = "/api/v1/signatures/callbacks?key="


@pytest.fixture
def server(installation: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmartCaServer]:
    leader = director()
    with phone(installation, personal(leader), leader.name, monkeypatch) as server:
        yield server


@pytest.fixture
def rung(
    installation: Flask,
    server: SmartCaServer,
    paid_dossier: Callable[[], Dossier],
    work: Callable[[], None],
) -> Dossier:
    (dossier,) = waiting(installation, paid_dossier, 1)
    confirmed(director())
    work()
    return dossier


def order() -> SignatureOrder:
    db.session.rollback()
    return db.session.scalars(select(SignatureOrder)).one()


def told(app: Flask, server: SmartCaServer, **changed: str) -> int:
    """The status with which the service's message is answered."""
    headers, body = server.webhook(changed.get("transaction", order().transaction))
    headers |= {"Content-Type": "application/json"}
    headers |= {"x-signature": changed["header"]} if "header" in changed else {}
    address = ADDRESS + changed.get("key", order().kid)
    return app.test_client().post(address, data=body, headers=headers).status_code


def test_an_approval_is_taken_and_the_result_is_sealed(
    installation: Flask, rung: Dossier, server: SmartCaServer, work: Callable[[], None]
):
    server.approve()
    assert told(installation, server) == 200
    assert order().state is OrderState.SIGNED
    work()
    assert "notice" in papers(rung)


def test_told_again_it_is_taken_and_changes_nothing(
    installation: Flask, rung: Dossier, server: SmartCaServer, work: Callable[[], None]
):
    server.approve()
    assert [told(installation, server) for _ in range(2)] == [200, 200]
    work()
    assert told(installation, server) == 200
    assert papers(rung).count("notice") == 1


@pytest.mark.parametrize("changed", [{"header": "0" * 64}, {"key": "ab12"}], ids=["forged", "key"])
def test_what_is_not_from_the_service_is_refused(
    installation: Flask, rung: Dossier, server: SmartCaServer, changed: dict[str, str]
):
    server.approve()
    assert told(installation, server, **changed) == 403
    assert order().state is OrderState.WAITING


def test_what_was_never_ordered_is_taken_and_changes_nothing(
    installation: Flask, rung: Dossier, server: SmartCaServer
):
    server.approve()
    server.transactions["another"] = server.transactions[order().transaction]
    assert told(installation, server, transaction="another") == 200
    assert order().state is OrderState.WAITING
