"""Signing in at a certified provider: citizens with a shared secret, staff with our own key."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask
from jwt.algorithms import ECAlgorithm
from werkzeug.serving import make_server

from accounts import operations
from accounts.actor import SYSTEM, Role
from accounts.models import Account, BrowserSession, RoleGrant
from accounts.proof_models import ExternalIdentity
from core.config import Settings
from core.database import Model, db, transaction
from tests.browser.running import free_port
from tests.identity.browser import Walker
from tests.web.house import furnished
from wsgi import create_app

FOLDER = Path(__file__).parent / "provider"
SECRET = "a secret / of tests + with odd signs"


NewWalker = Callable[[], Walker]


@pytest.fixture
def new_walker() -> Iterator[NewWalker]:
    """Opens browsers, each with cookies of its own, and closes them in the end."""
    opened: list[Walker] = []

    def open_walker() -> Walker:
        opened.append(Walker())
        return opened[-1]

    yield open_walker
    for walker in opened:
        walker.http.close()


@dataclass
class World:
    """A site and a provider, each on a port of its own."""

    site: str
    issuer: str
    app: Flask


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("identity")
    site, issuer = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    _make_key(folder)
    (folder / "identity.yaml").write_text(json.dumps(_providers(issuer, folder)))
    settings = Settings(
        data_directory=folder / "var",
        public_url=site,
        embedded_workers=0,
        identity_providers=str(folder / "identity.yaml"),
    )
    app = create_app(settings)
    with app.app_context():
        Model.metadata.create_all(db.engine)
    furnished(app)
    server = make_server("127.0.0.1", int(site.rpartition(":")[2]), app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    command = [_node(), "provider.mjs", issuer.rpartition(":")[2], site]
    command.append(str(folder / "public.json"))
    with subprocess.Popen(
        command, cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        said: list[str] = []
        while not any(line.startswith("listening") for line in said):
            line = process.stdout.readline()
            assert line, "".join(said)
            said.append(line)
        yield World(site, issuer, app)
        process.terminate()
        process.stdout.close()
    server.shutdown()
    server.server_close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _node() -> str:
    """Node.js of the system, or the one that `make setup` installs."""
    found = shutil.which("node", path=f"{os.environ['PATH']}:{Path(sys.executable).parent}")
    assert found, "make setup installs it"
    return found


def _make_key(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "own.pem").write_bytes(pem)
    public = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    (folder / "public.json").write_text(json.dumps({**public, "kid": "k1", "use": "sig"}))


def _providers(issuer: str, folder: Path) -> dict[str, object]:
    claims = {"login": "preferred_username", "name": "name"}
    common = {"issuer": issuer, "claims": claims, "names": {"en": "the provider"}}
    return {
        "providers": [
            {**common, "code": "national", "kind": "citizen", "client": "motcua", "secret": SECRET}
            | {"scopes": ["openid", "profile"]},
            {**common, "code": "staff", "kind": "staff", "client": "motcua-staff"}
            | {"key": f"file:{folder / 'own.pem'}", "key_id": "k1"}
            | {"scopes": ["openid", "profile", "groups"]}
            | {"groups": {"desk": [{"role": "desk-clerk", "agency": "H26.16"}]}},
        ]
    }


def _arrive(world: World, walker: Walker, code: str, person: str) -> httpx.Response:
    """From the sign-in page to the provider and back; the answer to coming back."""
    start = f"{world.site}/sign-in/with/{code}?next=/account"
    back = f"{world.site}/sign-in/with/{code}/back"
    away = walker.until(start, world.issuer)
    return walker.http.get(walker.sign_in(away, person, back))


def _account(world: World, subject: str) -> Account:
    with world.app.app_context():
        link = db.session.query(ExternalIdentity).filter_by(subject=subject).one()
        return db.session.get_one(Account, link.account_id)


def test_a_citizen_comes_back_signed_in_and_the_second_time_as_the_same(
    world: World, new_walker: NewWalker
):
    first = new_walker()
    answer = _arrive(world, first, "national", "citizen-1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    assert "Person citizen-1" in first.http.get(f"{world.site}/account").text
    account = _account(world, "citizen-1")
    assert (account.kind, account.login) == ("citizen", "citizen-1@national")
    assert account.password_hash is None
    assert _arrive(world, new_walker(), "national", "citizen-1").status_code == 303
    assert _account(world, "citizen-1").id == account.id


def test_staff_get_the_roles_of_their_groups_and_no_others(world: World, new_walker: NewWalker):
    walker = new_walker()
    assert _arrive(world, walker, "staff", "staff-1").status_code == 303
    assert walker.http.get(f"{world.site}/desk/").status_code == 200
    account = _account(world, "staff-1")
    with world.app.app_context():
        grants = db.session.query(RoleGrant).filter_by(account_id=account.id).all()
        assert [grant.role for grant in grants] == ["desk-clerk"]


def test_a_used_code_opens_nothing_in_the_same_browser_or_another(
    world: World, new_walker: NewWalker
):
    walker = new_walker()
    start = f"{world.site}/sign-in/with/national?next=/account"
    away = walker.until(start, world.issuer)
    back = walker.sign_in(away, "citizen-2", f"{world.site}/sign-in/with/national/back")
    stolen = httpx.get(back)
    assert stolen.status_code == 403
    assert walker.http.get(back).status_code == 303
    assert walker.http.get(back).status_code == 403


def test_the_provider_ends_the_session_here_when_it_ends_there(world: World, new_walker: NewWalker):
    walker = new_walker()
    _arrive(world, walker, "national", "citizen-3")
    assert walker.http.get(f"{world.site}/account").status_code == 200
    page = walker.http.get(f"{world.issuer}/session/end?client_id=motcua").text
    token = page.split('name="xsrf" value="')[1].split('"')[0]
    form = {"xsrf": token, "logout": "yes"}
    walker.http.post(f"{world.issuer}/session/end/confirm", data=form)
    account = _account(world, "citizen-3")
    with world.app.app_context():
        ended = db.session.query(BrowserSession).filter_by(account_id=account.id).one()
        assert ended.revoked_at is not None
    assert walker.http.get(f"{world.site}/account").status_code == 303


def test_a_fresh_proof_can_be_asked_of_the_provider(world: World, new_walker: NewWalker):
    walker = new_walker()
    _arrive(world, walker, "national", "citizen-4")
    before = walker.http.cookies["motcua"]
    start = f"{world.site}/sign-in/with/national?next=/account&fresh=1"
    away = walker.until(start, world.issuer)
    answer = walker.http.get(
        walker.sign_in(away, "citizen-4", f"{world.site}/sign-in/with/national/back")
    )
    assert answer.status_code == 303
    assert walker.http.cookies["motcua"] != before


def test_who_comes_back_as_somebody_else_is_somebody_else(world: World, new_walker: NewWalker):
    walker = new_walker()
    _arrive(world, walker, "national", "citizen-5")
    start = f"{world.site}/sign-in/with/national?next=/account&fresh=1"
    away = walker.until(start, world.issuer)
    back = walker.sign_in(away, "citizen-6", f"{world.site}/sign-in/with/national/back")
    walker.http.get(back)
    page = walker.http.get(f"{world.site}/account").text
    assert "Person citizen-6" in page
    assert "Person citizen-5" not in page


def test_a_closed_account_stays_closed_to_its_provider(world: World, new_walker: NewWalker):
    _arrive(world, new_walker(), "national", "citizen-7")
    account = _account(world, "citizen-7")
    with world.app.app_context(), transaction():
        db.session.get_one(Account, account.id).active = False
    walker = new_walker()
    answer = _arrive(world, walker, "national", "citizen-7")
    assert answer.headers["Location"].startswith("/sign-in?")
    assert walker.http.get(f"{world.site}/account").status_code == 303


def test_a_grant_by_hand_stays_when_the_groups_speak(world: World, new_walker: NewWalker):
    _arrive(world, new_walker(), "staff", "staff-2")
    account = _account(world, "staff-2")
    with world.app.app_context(), transaction():
        operations.grant_role(account.id, Role.AUDITOR, by=SYSTEM)
    _arrive(world, new_walker(), "staff", "staff-2")
    with world.app.app_context():
        grants = db.session.query(RoleGrant).filter_by(account_id=account.id, valid_until=None)
        assert sorted(grant.role for grant in grants) == ["auditor", "desk-clerk"]
