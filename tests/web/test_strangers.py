"""Every page's route, with ids of somebody else's things: not there, and the attempt is on record.

Who has no business in a room at all is refused (403), whatever the id; who has is answered as if
the thing did not exist (404). A route that nobody classified here fails.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, Rule

from accounts import operations, policy, queries
from accounts.actor import Actor, Kind, Role
from accounts.authentication import Authentication
from accounts.policy import Action
from core.clock import now
from core.config import Settings
from core.database import Model, db, transaction
from core.ids import new_id
from tests.api.house import House, furnished
from tests.foreign import Ids, Things, narrowed, refused, things_of
from tests.web.forms import token
from web.languages import CHOICE
from web.visitors import SEEN, TOKEN
from wsgi import create_app

# The action of the policy table by which somebody has business in a room, or on some of its pages.
ROOMS = {
    "account": Action.SESSION_KEEP,
    "admin": Action.DEPARTMENT_ADMINISTER,
    "auditor": Action.AUDIT_VIEW,
    "citizen": Action.DOSSIER_VIEW,
    "clerk": Action.TASK_VIEW,
    "company": Action.ORGANISATION_VIEW,
    "downloads": Action.DOCUMENT_VIEW,
    "evidence": Action.EVIDENCE_EXPORT,
    "feedback": Action.PETITION_OWN,
    "importing": Action.IMPORT_RUN,
    "integrator": Action.CLIENT_VIEW,
    "operator": Action.INSTANCE_VIEW,
    "reporting": Action.REPORT_VIEW,
    "results": Action.DOSSIER_VIEW,
    "store": Action.HOLDING_VIEW,
    "settling": Action.SETTING_VIEW,
}
PAGES = {
    "company.ask_revocation": Action.MANDATE_ENTER,
    "company.revoke": Action.MANDATE_ENTER,
    "company.settle": Action.MEMBERSHIP_CONFIRM,
    "operator.ask_to_unmask": Action.INSTANCE_UNMASK,
    "operator.unmask": Action.INSTANCE_UNMASK,
    "operator.approve": Action.INTERVENTION_APPROVE,
    "operator.ask": Action.INSTANCE_CONTROL,
    "operator.ask_proposal": Action.INTERVENTION_PROPOSE,
    "operator.change": Action.INSTANCE_CHANGE,
    "operator.do": Action.INSTANCE_CONTROL,
    "operator.propose": Action.INTERVENTION_PROPOSE,
    "operator.refuse": Action.INTERVENTION_APPROVE,
    "operator.resume": Action.INSTANCE_CONTROL,
    "operator.retry_all": Action.INCIDENT_RETRY,
    "operator.retry_one": Action.INCIDENT_RETRY,
    "operator.variables": Action.INSTANCE_READ,
    "settling.ask": Action.SETTING_PROPOSE,
    "settling.ask_end": Action.SETTING_PROPOSE,
    "settling.decide": Action.SETTING_DECIDE,
    "settling.propose": Action.SETTING_PROPOSE,
    "settling.propose_end": Action.SETTING_PROPOSE,
    "settling.refuse": Action.SETTING_DECIDE,
    "settling.withdraw": Action.SETTING_PROPOSE,
}
# Claims and mandates belong to no agency: every clerk of any agency settles them.
OF_NO_AGENCY = {"company.ask_revocation", "company.revoke", "company.settle"}
FOR_STAFF = {"clerk"}
# Staff are sent away before anything is looked for.
FOR_APPLICANTS = {"results"}
FOR_EVERYBODY = {
    "assets",
    "guest",
    "keys",
    "offline",
    "probes",
    "problem_pages",
    "revocation",
    "site",
    "verify",
}
# What names a word of the house in an address, or is a secret that opens by itself.
WORDS = {
    "code",
    "form",
    "kind",
    "level",
    "name",
    "page_id",
    "position",
    "purpose",
    "secret",
    "year",
}
# Where one word stands for things of different rooms.
OTHERWISE = {("admin", "proposal_id"): "role_proposal_id"}
# Whose numbers have a form that is read before anything is looked for.
NOTHING = {"number": "3601234569", "position": 1, "form": "csv", "year": 2027}
SENT = {"claim": str(new_id()), "version": "1"}
EVERYWHERE = {
    "stranger": (
        "account",
        "citizen",
        "company",
        "downloads",
        "evidence",
        "feedback",
        "integrator",
    ),
    "device_officer_elsewhere": ("clerk",),
    "auditor_elsewhere": ("auditor", "evidence", "reporting"),
    "operator_elsewhere": ("operator",),
    "administrator_elsewhere": ("admin", "importing", "settling"),
}


@dataclass(frozen=True)
class Browser:
    """Somebody who has just signed in with a browser."""

    actor: Actor
    client: FlaskClient

    @cached_property
    def form_token(self) -> str:
        return token(self.client.get("/").text)

    def open(self, method: str, address: str) -> Any:
        data = {**SENT, "csrf_token": self.form_token} if method == "POST" else None
        return self.client.open(address, method=method, data=data)


@dataclass(frozen=True)
class Page:
    """A route whose address names a thing."""

    method: str
    rule: Rule

    @property
    def room(self) -> str:
        return str(self.rule.endpoint.partition(".")[0])

    @property
    def things(self) -> set[str]:
        return self.rule.arguments - WORDS

    def address(self, app: Flask, ids: Ids) -> str:
        with app.test_request_context():
            return url_for(
                self.rule.endpoint, **{n: self._value(n, ids) for n in self.rule.arguments}
            )

    def _value(self, name: str, ids: Ids) -> Any:
        if isinstance(place := self.rule._converters[name], AnyConverter):
            return min(place.items)
        known = ids.get(OTHERWISE.get((self.room, name), name))
        return known or NOTHING.get(name, new_id())


def browser(house: House, actor_id: str) -> Browser:
    with house.app.app_context():
        actor = queries.actor(actor_id)
        assert actor is not None
        assert actor.account_id is not None
        with transaction():
            opened = operations.sign_in(Authentication(actor.account_id, assurance=2))
    client = house.app.test_client()
    with client.session_transaction() as session:
        session[TOKEN], session[CHOICE], session[SEEN] = opened, "en", now().timestamp()
    return Browser(actor, client)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    app = create_app(Settings(data_directory=tmp_path_factory.mktemp("swept"), embedded_workers=0))
    with app.app_context():
        Model.metadata.create_all(db.engine)
    yield furnished(app)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def things(house: House) -> Things:
    return things_of(house)


def pages(app: Flask) -> Iterator[Page]:
    """Every page."""
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/"):
            for method in sorted({"GET", "POST"} & (rule.methods or set())):
                yield Page(method, rule)


def about_things(app: Flask) -> list[Page]:
    return [each for each in pages(app) if each.room not in FOR_EVERYBODY and each.things]


def has_business(actor: Actor, page: Page) -> bool:
    if page.room in FOR_STAFF and actor.kind is not Kind.STAFF:
        return False
    if page.room in FOR_APPLICANTS and actor.kind is Kind.STAFF:
        return False
    return policy.may_ever(actor, PAGES.get(page.rule.endpoint, ROOMS[page.room]))


def heading(answer: Any) -> str:
    return " ".join(re.findall(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL))


def sweep(house: House, visitor: Browser, ids: Ids, rooms: tuple[str, ...] = ()) -> None:
    for page in about_things(house.app):
        expected = {404} if has_business(visitor.actor, page) else {403, 404}
        passed_over = page.rule.endpoint in OF_NO_AGENCY and expected == {404}
        if passed_over or (rooms and page.room not in rooms):
            continue
        recorded = refused(house, visitor.actor.id)
        where = f"{visitor.actor.name}: {page.method} {page.rule}"
        foreign = visitor.open(page.method, page.address(house.app, ids))
        nothing = visitor.open(page.method, page.address(house.app, {}))
        assert foreign.status_code in expected, where
        assert nothing.status_code == foreign.status_code, where
        assert heading(nothing) == heading(foreign), where
        assert refused(house, visitor.actor.id) == recorded + 2, where


@pytest.mark.parametrize("name", EVERYWHERE)
def test_others_things_have_no_pages(house: House, things: Things, name: str):
    visitor = browser(house, house.callers[name].actor_id)
    sweep(house, visitor, things.submitted, EVERYWHERE[name])


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "stranger",
        "desk_clerk_elsewhere",
        "device_officer_elsewhere",
        "director_elsewhere",
        "auditor_elsewhere",
        "operator_elsewhere",
        "administrator_elsewhere",
    ],
)
def test_others_things_have_no_pages_in_any_room(house: House, things: Things, name: str):
    visitor = browser(house, house.callers[name].actor_id)
    for ids in (things.draft, things.submitted):
        sweep(house, visitor, ids)


@pytest.mark.slow
@pytest.mark.parametrize(
    "role",
    [Role.DESK_CLERK, Role.OFFICER, Role.DIRECTOR, Role.AUDITOR, Role.OPERATOR, Role.ADMINISTRATOR],
)
@pytest.mark.parametrize("narrowing", ["unit", "service"])
def test_others_things_have_no_pages_for_another_unit_or_service(
    house: House, things: Things, role: Role, narrowing: str
):
    caller = narrowed(house, f"{role} of another {narrowing}", role, narrowing)
    sweep(house, browser(house, caller.actor_id), things.submitted)


def test_without_a_session_every_page_asks_to_sign_in(house: House, things: Things):
    client = house.app.test_client()
    form_token = token(client.get("/").text)
    for page in about_things(house.app):
        address = page.address(house.app, things.submitted)
        answer = client.open(address, method=page.method, data={"csrf_token": form_token})
        asked = answer.status_code == 303 and answer.location.startswith("/sign-in")
        assert asked or (page.method, answer.status_code) == ("POST", 401), f"{page.rule}"


@pytest.mark.parametrize("room", ["admin", "auditor", "clerk", "importing", "operator", "settling"])
def test_the_rooms_of_staff_are_closed_to_applicants(house: House, room: str):
    visitor = browser(house, house.stranger.actor_id)
    for page in pages(house.app):
        if (
            page.room == room
            and not page.rule.arguments
            and not page.rule.rule.endswith("first-run")
        ):
            recorded = refused(house, visitor.actor.id)
            answer = visitor.open(page.method, page.rule.rule)
            assert answer.status_code == 403, f"{page.method} {page.rule}"
            assert refused(house, visitor.actor.id) == recorded + 1


def test_every_page_is_classified(house: House, things: Things):
    """A new room or a new kind of id must be put into one of the tables above."""
    known = {*ROOMS, *FOR_EVERYBODY}
    unknown = {page.rule.rule for page in pages(house.app) if page.room not in known}
    unheard = {
        f"{page.rule.rule}: {name}"
        for page in about_things(house.app)
        for name in page.things - things.submitted.keys()
    }
    assert unknown | unheard == set()


def test_the_sweep_would_notice_a_page_that_forgets(house: House, things: Things):
    owner = browser(house, house.owner.actor_id)
    with pytest.raises(AssertionError, match="/dossiers/"):
        sweep(house, owner, things.submitted, ("citizen",))
