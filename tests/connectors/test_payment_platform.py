"""Paying a fee: the order, the payer's page, the notification, and forgeries of it."""

import threading
from contextlib import contextmanager

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from connectors.errors import AnswerUnreadable, NotificationForged, SystemDown
from connectors.payment import Order, PaymentPlatform, PaymentState
from connectors.payment.messages import SIGNED_FIELDS, Seal, read_notification
from connectors.payment.sandbox.orders import Desk
from core.ids import new_id

SEAL = Seal("sandbox-secret", "sha256")
NOWHERE = "http://127.0.0.1:9/notifications"


@pytest.fixture
def platform(payment_sandbox):
    return PaymentPlatform(payment_sandbox.address, "MOTCUA", SEAL, "Asia/Ho_Chi_Minh")


@contextmanager
def listening():
    """A partner's notification address, and the messages that arrive there."""
    messages = []

    @Request.application
    def partner(request):
        messages.append(request.get_json())
        return Response("ok")

    server = make_server("127.0.0.1", 0, partner)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/notifications", messages
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def order(notification_url=NOWHERE):
    return Order(
        reference=f"LP-{new_id()}",
        amount=1_500_000,
        currency="VND",
        description="Phí công bố | thiết bị y tế loại B",
        return_url="http://127.0.0.1:9/back",
        notification_url=notification_url,
    )


def decide(platform, placed, decision="paid"):
    return httpx.post(f"{platform.address}/sandbox/orders/{placed.reference}/{decision}").json()


def test_a_placed_order_is_pending_until_it_is_paid(platform):
    placed = platform.place(order())
    assert platform.status(placed.reference).state is PaymentState.PENDING
    decide(platform, placed)
    payment = platform.status(placed.reference)
    assert (payment.state, payment.amount) == (PaymentState.PAID, 1_500_000)
    assert payment.transaction_code.startswith("GD")


def test_a_cancelled_order_has_failed(platform):
    placed = platform.place(order())
    decide(platform, placed, "failed")
    assert platform.status(placed.reference).state is PaymentState.FAILED


def test_placing_an_order_twice_gives_the_same_checkout(platform):
    wanted = order()
    assert platform.place(wanted) == platform.place(wanted)


def test_the_platform_reports_a_payment_by_itself(platform):
    with listening() as (address, messages):
        placed = platform.place(order(address))
        assert decide(platform, placed) == {"notified": True}
    payment = platform.read_notification(messages[0])
    assert (payment.reference, payment.state) == (placed.reference, PaymentState.PAID)


def test_a_partner_who_is_away_can_ask_later(platform):
    placed = platform.place(order())
    assert decide(platform, placed) == {"notified": False}
    assert platform.status(placed.reference).state is PaymentState.PAID


def test_the_payer_pays_on_a_page_and_comes_back(platform):
    placed = platform.place(order())
    page = httpx.get(placed.checkout_url)
    assert "1500000 VND" in page.text
    answer = httpx.post(placed.checkout_url, data={"decision": "paid"})
    assert (answer.status_code, answer.headers["location"]) == (303, "http://127.0.0.1:9/back")


@pytest.mark.parametrize("field", [*SIGNED_FIELDS, "MaXacThuc"])
def test_a_notification_changed_in_any_signed_field_is_refused(field):
    desk = Desk("sandbox-secret", "sha256")
    message = desk.report(desk.place({"MaThamChieu": "LP-1", "SoTien": "1500000"}), "NOTIFY")
    assert read_notification(message, SEAL).reference == "LP-1"
    with pytest.raises(NotificationForged):
        read_notification(message | {field: f"{message[field]}0"}, SEAL)


def test_a_notification_sealed_with_another_secret_is_refused():
    message = Seal("another", "sha256").sealed({"MaLoi": "00", "SoTien": "1"})
    with pytest.raises(NotificationForged):
        read_notification(message, SEAL)


@given(
    st.dictionaries(st.text(), st.one_of(st.none(), st.text(), st.integers(), st.lists(st.text())))
)
def test_whatever_is_sent_as_a_notification_is_refused_by_name(message):
    with pytest.raises(NotificationForged):
        read_notification(message, SEAL)


def test_a_platform_that_is_broken_or_speaks_nonsense_is_named(platform, payment_sandbox):
    payment_sandbox.fail("error")
    with pytest.raises(SystemDown, match="payment platform"):
        platform.place(order())
    payment_sandbox.fail("malformed")
    with pytest.raises(AnswerUnreadable):
        platform.place(order())


def test_an_order_sealed_with_the_wrong_secret_is_not_taken(platform):
    stranger = PaymentPlatform(platform.address, "X", Seal("wrong", "sha256"), "UTC")
    with pytest.raises(AnswerUnreadable, match="97"):
        stranger.place(order())
