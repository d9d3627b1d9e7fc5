"""The contact of a program in a browser: registers the next key, sees the calls, revokes a key."""

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from accounts.actor import SYSTEM, Role
from accounts.clients import keys
from accounts.clients.calls import Call
from accounts.clients.registering import Registration, register
from accounts.clients.runtime import clients_runtime, write_calls
from commands.sample.people import create_people
from core.clock import now
from core.database import transaction
from tests.api.clients import public_pem
from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.browser.serving import app_in, served

# The pages are tested without a browser at every change; walking them takes its time.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site with a program that has a key, and has called."""
    app = app_in(tmp_path_factory.mktemp("integrated"))
    program = Registration("tracker", "Tracker", Role.PORTAL, ["portal.read"], contact="saomai")
    with app.app_context():
        with transaction():
            create_people()
            register(program, by=SYSTEM)
            keys.add_key("tracker", "old-key", pem(), by=SYSTEM)
        note = clients_runtime().calls.note
        note(
            Call("tracker", now(), "GET", "/api/v1/dossiers/<uuid:dossier_id>/documents", 403, "x")
        )
        note(Call("tracker", now(), "POST", "/api/v1/tokens", 401, "assertion-refused", "replayed"))
        write_calls()
    with served(app) as address:
        yield address


def pem() -> str:
    return public_pem(ed25519.Ed25519PrivateKey.generate())


@pytest.mark.parametrize(("javascript", "width"), [(True, DESKTOP), (False, PHONE)])
def test_a_key_is_changed(visitor: Visitor, *, javascript: bool, width: int) -> None:
    contact = visitor(javascript=javascript, width=width)
    contact.sign_in("saomai")
    contact.open("/integrator/")
    contact.look("integrator-programs")
    contact.press("tracker")
    contact.look("integrator-program")
    assert contact.sees("Đã được gửi hai lần.")
    contact.press("Đăng ký khóa")
    contact.look("integrator-program-with-errors")
    name = f"new-{width}"
    contact.fill({"key_id": name, "pem": pem(), "until": "2099-12-31"})
    contact.press("Đăng ký khóa")
    assert contact.sees("Đã đăng ký khóa.")
    contact.press(f"Thu hồi {name}")
    contact.look("integrator-program-revoked")
    assert contact.sees("Khóa đã bị thu hồi.")
    assert contact.faults == []
