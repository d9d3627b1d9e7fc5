"""Operators of one agency supervise its processes, on pages and by API, and find no others."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from accounts import operations, queries
from accounts.actor import SYSTEM, Kind, Role
from commands.sample.people import AGENCIES, PASSWORD
from core.config import Settings
from core.database import Model, db, transaction
from dossiers.models import Proceeding
from engine import queries as engine
from engine.models import Job
from tests.api.house import Caller, caller
from tests.sandboxes import Sandbox
from tests.web.house import House, Visitor, furnished
from tests.web.stuck import refusing_neighbour, start_about
from wsgi import create_app

HERE, THERE = (code for code, *_ in AGENCIES)


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory, register_sandbox: Sandbox, payment_sandbox: Sandbox
) -> Iterator[House]:
    """A house with one stuck process in each agency."""
    app = create_app(
        Settings(
            data_directory=tmp_path_factory.mktemp("supervised"),
            embedded_workers=0,
            enterprise_register_url=register_sandbox.address,
            payment_gateway_url=payment_sandbox.address,
        )
    )
    with app.app_context():
        Model.metadata.create_all(db.engine)
    yield furnished(app)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def stuck(house: House) -> dict[str, UUID]:
    """The processes by the codes of their agencies."""
    refusing_neighbour(house)
    made = {code: start_about(house, house.draft()) for code in (HERE, THERE)}
    with house.app.app_context(), transaction() as session:
        there = queries.known_agency(THERE).id
        mine = Proceeding.instance_id == made[THERE]
        session.execute(update(Proceeding).where(mine).values(agency_id=there))
    return made


@pytest.fixture(scope="module")
def operators(house: House, stuck: dict[str, UUID]) -> dict[str, UUID]:
    """The ids of operators by the codes of their agencies, and of one for a service of the first."""
    made = {}
    reaches: dict[str, dict[str, Any]] = {HERE: {}, THERE: {}, "pharmacy": {"service": "pharmacy"}}
    with house.app.app_context(), transaction():
        for login, reach in reaches.items():
            agency = queries.known_agency(THERE if login == THERE else HERE)
            account = operations.create_account(
                f"{login}-operator", login, kind=Kind.STAFF, by=SYSTEM, password=PASSWORD
            )
            operations.grant_role(
                account.id, Role.OPERATOR, agency_id=agency.id, by=SYSTEM, **reach
            )
            made[login] = account.id
    return made


@pytest.fixture
def elsewhere(house: House, operators: dict[str, UUID]) -> Visitor:
    visitor = house.visitor(f"{THERE}-operator")
    visitor.post("/language", change_language="en")
    return visitor


def program(house: House, account_id: UUID) -> Caller:
    with house.app.app_context():
        return caller(house.app, f"account:{account_id}")


def listed(operator: Caller, kind: str) -> set[str]:
    answer = operator.get(f"/api/v1/{kind}").get_json()
    return {each.get("instance_id", each["id"]) for each in answer["items"]}


@pytest.mark.parametrize(
    "page",
    ["", "/history", "/variables", "/propose", "/suspend", "/cancel"],
    ids=lambda p: p or "/",
)
def test_a_process_of_another_agency_has_no_page(
    stuck: dict[str, UUID], elsewhere: Visitor, page: str
):
    assert elsewhere.page(f"/operation/instances/{stuck[HERE]}{page}").status_code == 404
    assert elsewhere.page(f"/operation/instances/{stuck[THERE]}{page}").status_code == 200


@pytest.mark.parametrize("deed", ["suspend", "cancel", "resume", "variables", "propose"])
def test_nothing_is_done_to_a_process_of_another_agency(
    house: House, stuck: dict[str, UUID], elsewhere: Visitor, deed: str
):
    answer = elsewhere.post(
        f"/operation/instances/{stuck[HERE]}/{deed}", reason="why", name="number", value="1"
    )
    assert answer.status_code == 404
    with house.app.app_context():
        found = engine.find_instance(stuck[HERE], visible_to=engine.EVERYTHING)
        assert (found.state, found.suspended_at) == ("active", None)


def test_lists_of_the_api_hold_what_the_details_allow(
    house: House, stuck: dict[str, UUID], operators: dict[str, UUID]
):
    for code, other in ((HERE, THERE), (THERE, HERE)):
        operator = program(house, operators[code])
        assert listed(operator, "incidents") == listed(operator, "instances") == {str(stuck[code])}
        assert operator.get(f"/api/v1/instances/{stuck[code]}").status_code == 200
        assert operator.get(f"/api/v1/instances/{stuck[other]}").status_code == 404


def test_who_operates_a_service_finds_nothing_of_others(
    house: House, stuck: dict[str, UUID], operators: dict[str, UUID]
):
    assert listed(program(house, operators["pharmacy"]), "instances") == set()


def test_one_cause_is_tried_again_only_where_one_operates(
    house: House, stuck: dict[str, UUID], operators: dict[str, UUID]
):
    operator = program(house, operators[THERE])
    (cause,) = operator.get("/api/v1/incident-groups").get_json()["items"]
    assert cause["count"] == 1
    address = f"/api/v1/incident-groups/{cause['fingerprint']}/retry"
    assert operator.post(address, {"rate_per_second": 1}).get_json() == {"count": 1}
    with house.app.app_context():
        retried = select(Job.payload).where(Job.kind == "engine.retry")
        assert len(db.session.scalars(retried).all()) == 1


def test_versions_are_changed_only_by_operators_of_all_agencies(
    house: House, operators: dict[str, UUID]
):
    body = {"source": "a" * 64, "target": "b" * 64}
    answer = program(house, operators[HERE]).post("/api/v1/migrations/plan", body)
    assert answer.status_code == 403


def test_dossiers_of_others_are_not_found_by_their_reference(
    house: House, stuck: dict[str, UUID], elsewhere: Visitor
):
    with house.app.app_context():
        named = Proceeding.instance_id == stuck[HERE]
        reference = db.session.scalars(select(Proceeding.reference).where(named)).one()
    answer = elsewhere.page(f"/operation/find?reference={reference}")
    assert answer.location == "/operation/"
