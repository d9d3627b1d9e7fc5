"""E-mail goes to a real SMTP server; what could forge a header goes nowhere."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

import accounts
from accounts.notices import Mail
from connectors.errors import MailRefused, SystemDown
from connectors.notify import MailServer
from connectors.notify.jobs import NOTIFY_EMAIL, install, post
from core.config import Settings
from core.database import transaction
from engine.errors import JobFailed
from engine.runtime import Runtime
from tests.browser.running import free_port
from tests.connectors.test_jobs import call, work

SENDER = "Một cửa <no-reply@motcua.example>"


@dataclass
class Post:
    """A post office; `answer` is what it says to every recipient."""

    answer: str = "250 OK"
    received: list[Any] = field(default_factory=list)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, _server, _session, envelope):
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def office() -> Iterator[tuple[Post, MailServer]]:
    office, port = Post(), free_port()
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    yield office, MailServer(f"smtp://127.0.0.1:{port}", SENDER)
    controller.stop()


def test_a_letter_in_vietnamese_arrives_as_it_was_written(office):
    received, server = office
    server.send("mai@example.vn", "Mật khẩu mới", "Chào bạn,\n.\nđường liên kết", key="1")
    letter = received.received[0]
    assert letter["Subject"] == "Mật khẩu mới"
    assert letter["To"] == "mai@example.vn"
    assert letter.get_content().splitlines() == ["Chào bạn,", ".", "đường liên kết"]


@pytest.mark.parametrize("subject", ["a\nBcc: eve@example.vn", "a\r\n\r\nbody", "a\rX: y"])
def test_a_subject_cannot_begin_another_header(office, subject: str):
    received, server = office
    with pytest.raises(MailRefused):
        server.send("mai@example.vn", subject, "text", key="1")
    assert received.received == []


@pytest.mark.parametrize(
    "to",
    ["a@b.vn\nBcc: eve@example.vn", "a@b.vn, eve@example.vn", "a b@c.vn", "", "@", "no address"],
)
def test_an_address_is_one_address(office, to: str):
    received, server = office
    with pytest.raises(MailRefused):
        server.send(to, "subject", "text", key="1")
    assert received.received == []


@pytest.mark.parametrize(("answer", "error"), [("550 no", MailRefused), ("451 wait", SystemDown)])
def test_a_refusal_for_good_is_told_from_one_for_now(office, answer: str, error: type[Exception]):
    received, server = office
    received.answer = answer
    with pytest.raises(error):
        server.send("mai@example.vn", "subject", "text", key="1")


def test_a_server_that_is_away_is_tried_again():
    with pytest.raises(SystemDown):
        MailServer(f"smtp://127.0.0.1:{free_port()}", SENDER).send("a@b.vn", "s", "t", key="1")


@pytest.fixture
def runtime(bare_app: Flask, settings: Settings, office) -> Runtime:
    accounts.init_app(bare_app, settings)
    made = Runtime()
    install(bare_app, made, lambda: office[1])
    return made


def test_a_service_task_sends_mail(runtime: Runtime, office):
    job = call(NOTIFY_EMAIL, to="mai@example.vn", subject="Hồ sơ", text="Đã nhận.")
    work(runtime, job)
    assert office[0].received[0].get_content().strip() == "Đã nhận."


def test_a_waiting_letter_cannot_be_read_in_the_table_of_jobs(
    runtime: Runtime, office, monkeypatch
):
    waiting: list[Any] = []
    monkeypatch.setattr(runtime, "enqueue", lambda _kind, _id, payload: waiting.append(payload))
    with transaction():
        post(runtime, Mail("mai@example.vn", "Mật khẩu mới", "https://motcua.example/secret"))
    assert "secret" not in str(waiting)
    work(runtime, call(NOTIFY_EMAIL, payload=waiting[0]))
    assert "https://motcua.example/secret" in office[0].received[0].get_content()


def test_a_letter_that_nobody_takes_is_not_tried_again(runtime: Runtime):
    with pytest.raises(JobFailed) as caught:
        work(runtime, call(NOTIFY_EMAIL, to="x", subject="s", text="t"))
    assert not caught.value.retryable
