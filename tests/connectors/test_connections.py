"""Where outside systems are is settled by decision; secrets are named there, never told."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from accounts.actor import SYSTEM
from administration import queries
from administration.kinds import kinds
from connectors.connections import CONNECTION, System
from connectors.errors import SecretMissing
from connectors.systems import current_systems
from core.config import Settings
from forms import AnswersInvalid
from tests.dossiers.conftest import installation
from tests.dossiers.test_settled import settle

__all__ = ["installation"]

REGISTER, PAYMENTS, MAIL = System


@pytest.fixture
def secrets(settings: Settings) -> Path:
    """The secrets directory, with the one of the payment platform."""
    folder = settings.effective_secrets_directory
    folder.mkdir(parents=True)
    (folder / "payment-2027").write_text("s3cret:/@\n")
    return folder


def connect(system: System, address: str, **value: Any) -> None:
    settle(CONNECTION, system=str(system), address=address, **value)


def test_what_is_decided_holds_for_the_next_message(installation: Flask):
    assert current_systems().enterprises.address != "https://new.example/api"
    connect(REGISTER, "https://new.example/api/")
    assert current_systems().enterprises.address == "https://new.example/api"


def test_a_secret_is_read_where_the_server_keeps_it(installation: Flask, secrets: Path):
    connect(PAYMENTS, "https://pay.example", account="SYT", secret="payment-2027")
    platform = current_systems().payments
    assert (platform.partner, platform.seal.secret) == ("SYT", "s3cret:/@")


def test_account_and_secret_of_the_mail_server_go_into_its_address(
    installation: Flask, secrets: Path
):
    connect(MAIL, "smtps://mail.example:465", account="a@b.vn", secret="payment-2027")
    assert current_systems().mail.address == "smtps://a%40b.vn:s3cret%3A%2F%40@mail.example:465"


def test_a_secret_that_is_gone_stops_messages_and_says_so(installation: Flask, secrets: Path):
    connect(PAYMENTS, "https://pay.example", account="SYT", secret="payment-2027")
    (secrets / "payment-2027").unlink()
    with pytest.raises(SecretMissing):
        _ = current_systems().payments


@pytest.mark.parametrize("name", ["missing", "../keys/cookie.key", "/etc/passwd", ".", "A\x00"])
def test_a_secret_that_is_not_in_the_directory_cannot_be_named(
    installation: Flask, secrets: Path, name: str
):
    with pytest.raises(AnswersInvalid) as refused:
        connect(PAYMENTS, "https://pay.example", secret=name)
    assert ("secret",) in refused.value.fields


@pytest.mark.parametrize(
    ("system", "address"),
    [
        (REGISTER, "file:///etc/passwd"),
        (REGISTER, "https://"),
        (REGISTER, "https://me:secret@register.example"),
        (MAIL, "https://mail.example"),
        (PAYMENTS, "smtp://pay.example"),
    ],
)
def test_an_address_of_another_kind_is_refused(installation: Flask, system: System, address: str):
    with pytest.raises(AnswersInvalid) as refused:
        connect(system, address)
    assert ("address",) in refused.value.fields


def test_what_the_environment_says_is_shown_without_secrets(installation: Flask):
    shown = kinds().kind(CONNECTION).defaults()
    assert {each["system"] for each in shown} == set(System)
    assert "sandbox-secret" not in str(shown)
    assert queries.settled(CONNECTION, visible_to=SYSTEM) == []
