"""A leader's key behind a signing service that asks on the phone, at an installation."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

import signing
from accounts.actor import Actor
from signing.certificates import Purpose
from signing.keys import RemoteKey
from tests.signing.authorities import issued
from tests.signing.servers.smartca import PASSWORD, PROVIDER, USER, WEBHOOK_SECRET, SmartCaServer


@contextmanager
def phone(
    app: Flask, place: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SmartCaServer]:
    """The service; the key filed at this place (`person/<id>`, `seal/<id>`) of the key table is its."""
    monkeypatch.setenv("SCA_PASSWORD", PASSWORD)
    monkeypatch.setenv("SCA_WEBHOOK", WEBHOOK_SECRET)
    with app.app_context():
        desk = signing.signing_desk()
        purpose = Purpose(place.partition("/")[0])
        made = issued(desk.authority._issuing(), purpose, name, "agency")
        server = SmartCaServer(made.private_key, [made.certificate, *made.intermediates])
        address = (
            f"smartca+http:{server.place}/sca?user-id={USER}&sp-id={PROVIDER}&seconds=2"
            "&sp-password-source=env:SCA_PASSWORD&webhook-secret-source=env:SCA_WEBHOOK"
        )
        key = RemoteKey(address, server.chain[0], tuple(server.chain[1:]))
        desk.table.register(place, key, key.provider)
    try:
        yield server
    finally:
        server.stop()


def personal(actor: Actor) -> str:
    """Where the keys of a person are filed."""
    return f"person/{actor.account_id}"
