"""Operators look at what is stuck, mend it and see it go on; what changes a way needs two of them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import select

import engine
from core.audit import AuditEvent
from core.clock import shifted
from core.config import Settings
from core.database import Model, db, reading
from dossiers.models import Dossier
from tests.sandboxes import Sandbox
from tests.web.house import House, Visitor, furnished
from tests.web.stuck import Neighbour, refusing_neighbour, start_about
from wsgi import create_app

OVERVIEW = "/operation/"


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory, register_sandbox: Sandbox, payment_sandbox: Sandbox
) -> Iterator[House]:
    """One house for all these tests: each starts processes of its own in it."""
    app = create_app(
        Settings(
            data_directory=tmp_path_factory.mktemp("operated"),
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
def reference(house: House) -> str:
    return house.draft()


@pytest.fixture
def neighbour(house: House) -> Neighbour:
    return refusing_neighbour(house)


@pytest.fixture
def start(house: House, neighbour: Neighbour, reference: str) -> Callable[..., UUID]:
    """Starts a process about a dossier whose first job asks the neighbour, and lets that happen."""
    return partial(start_about, house, reference)


@pytest.fixture(scope="module")
def operator(house: House) -> Visitor:
    return house.visitor("vanhanh")


@pytest.fixture(scope="module")
def second(house: House) -> Visitor:
    """The second person."""
    return house.visitor("giamsat")


def link_in(page: str, start: str) -> str:
    """The first address on a page that begins so."""
    at = page.index(f'href="{start}') + len('href="')
    return page[at : page.index('"', at)]


def action_in(page: str, end: str) -> str:
    """The first address of a form that ends so."""
    found = [part.split('"')[0] for part in page.split('action="')[1:]]
    return next(each for each in found if each.endswith(end))


def test_applicants_and_clerks_have_no_business_there(house: House):
    for login in ("saomai", "motcua"):
        visitor = house.visitor(login)
        assert visitor.page(OVERVIEW).status_code == 403
        assert OVERVIEW not in visitor.page("/").text


def test_operators_begin_with_the_overview(house: House):
    visitor = house.visitor("vanhanh")
    assert f'href="{OVERVIEW}"' in visitor.page("/").text
    page = visitor.page(OVERVIEW).text
    assert "Không có gì bị kẹt." in page
    assert "Kho tài liệu hoạt động" in page


def test_a_dossier_that_is_stuck_goes_on_when_it_is_tried_again(house: House, operator: Visitor):
    with house.app.app_context():
        runtime = engine.runtime()
        working, neighbour = runtime.jobs["payment.order"], Neighbour()
        runtime.on_job("payment.order", neighbour, record=working.record)
    reference = house.draft()
    house.visitor("saomai").post(f"/dossiers/{reference}/submit")
    house.work()

    overview = operator.page(OVERVIEW).text
    assert "the register knows no number 17" in overview
    group = operator.page(link_in(overview, "/operation/incidents/")).text
    assert reference in group
    page = operator.page(link_in(group, "/operation/instances/")).text
    assert "Gửi lệnh sang cổng thanh toán" in page

    with house.app.app_context():
        runtime.jobs["payment.order"] = working
    answer = operator.post(action_in(page, "/retry"))
    assert answer.status_code == 303
    house.work()
    page = operator.page(str(answer.location)).text
    assert "the register knows no number 17" not in page
    assert "Chờ nộp phí" in page


def test_all_of_one_cause_are_tried_again(operator: Visitor, start, neighbour, house: House):
    stuck = [start(), start()]
    overview = operator.page(OVERVIEW).text
    address = link_in(overview, "/operation/incidents/")
    neighbour.refuses = False
    answer = operator.post(f"{address}/retry", rate="100")
    assert "Đang thử lại" in operator.page(str(answer.location)).text
    with shifted(timedelta(minutes=1)):
        house.work()
    assert operator.page(address).status_code == 404
    for instance_id in stuck:
        assert "Một người xử lý" in operator.page(f"/operation/instances/{instance_id}").text


def test_a_group_that_is_empty_is_not_found(operator: Visitor):
    assert operator.page("/operation/incidents/nothing").status_code == 404


def test_a_variable_is_changed_and_the_job_tried_again(
    operator: Visitor, start, neighbour, house: House
):
    address = f"/operation/instances/{start(number=17)}"
    page = operator.page(f"{address}/variables").text
    incident = page.split('name="retry" type="radio" value="')[2].split('"')[0]
    neighbour.refuses = False
    answer = operator.post(
        f"{address}/variables", name="number", value="18", reason="mistyped", retry=incident
    )
    assert answer.location == address
    house.work()
    assert neighbour.asked == [17, 18]
    history = operator.page(f"{address}/history").text
    assert "number, mistyped" in history
    assert "Đỗ Anh Tuấn" in history


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": "", "value": "1", "reason": "x"}, "Hãy nêu tên biến"),
        ({"name": "a", "value": "open(", "reason": "x"}, "Hãy viết một giá trị bằng FEEL"),
        ({"name": "a", "value": "missing + 1", "reason": "x"}, "Hãy viết một giá trị bằng FEEL"),
        ({"name": "a", "value": "1", "reason": " "}, "Hãy nêu lý do"),
        ({"name": "", "value": "", "reason": ""}, "Hãy nêu lý do"),
    ],
    ids=["no name", "no FEEL", "no value", "no reason", "nothing"],
)
def test_a_change_that_is_incomplete_is_asked_for_again(
    operator: Visitor, start, typed: dict[str, str], told: str
):
    address = f"/operation/instances/{start()}/variables"
    answer = operator.post(address, **typed)
    assert answer.status_code == 400
    assert told in answer.text


def test_looking_at_variables_is_noted_in_the_record_of_the_dossier(
    house: House, operator: Visitor
):
    reference = house.draft()
    house.visitor("saomai").post(f"/dossiers/{reference}/submit")
    answer = operator.page(f"/operation/find?reference={reference}")
    operator.page(f"{answer.location}/variables")
    read = AuditEvent.tag == "dossier:process:read"
    with house.app.app_context(), reading() as session:
        looks = select(Dossier.reference).join(AuditEvent, AuditEvent.chain_id == Dossier.id)
        found = session.scalars(looks.where(read, Dossier.reference == reference)).all()
    assert found == [reference]


def test_a_reference_that_nothing_is_about_leads_back(operator: Visitor):
    answer = operator.page("/operation/find?reference=X-1")
    assert "Không có quy trình nào của “X-1”" in operator.page(str(answer.location)).text


def test_a_suspended_process_is_listed_and_resumed(operator: Visitor, start):
    address = f"/operation/instances/{start()}"
    assert operator.post(f"{address}/suspend", reason="").status_code == 400
    operator.post(f"{address}/suspend", reason="the neighbour moves")
    assert link_in(operator.page(OVERVIEW).text, address)
    page = operator.page(address).text
    assert "Tạm dừng" in page
    operator.post(action_in(page, "/resume"))
    assert action_in(operator.page(address).text, "/retry")


def test_a_process_is_cancelled_once(operator: Visitor, start):
    address = f"/operation/instances/{start()}"
    assert operator.post(f"{address}/cancel", reason="asked twice").status_code == 303
    assert "asked twice" in operator.page(address).text
    again = operator.post(f"{address}/cancel", reason="asked twice")
    assert again.status_code == 409
    assert "Quy trình này đã kết thúc" in again.text


def test_a_skip_is_done_when_a_second_operator_approves_it(
    operator: Visitor, second: Visitor, start
):
    address = f"/operation/instances/{start()}"
    proposing = link_in(operator.page(address).text, f"{address}/propose?token=")
    form = operator.page(proposing).text
    token = form.split('name="token" value="')[1].split('"')[0]
    operator.post(f"{address}/propose", token=token, kind="skip", reason="answered by post")
    own = operator.page("/operation/proposals").text
    assert "/approve" not in own
    assert "Rút\u00a0lại" in own

    approving = action_in(second.page("/operation/proposals").text, "/approve")
    assert operator.post(approving).status_code == 403
    assert second.post(approving).location == address
    page = second.page(address).text
    assert "decide" in page
    assert "the register knows no number 17" not in page


def test_a_proposal_is_refused_with_the_reason_of_the_engine(operator: Visitor, start):
    address = f"/operation/instances/{start()}/propose"
    answer = operator.post(address, kind="repeat", element="decide", reason="once more")
    assert answer.status_code == 409
    assert "Phần tử này chưa từng được làm trong quy trình." in answer.text
    assert operator.post(address, kind="repeat", reason="once more").status_code == 400
    assert operator.post(address, kind="move", token="1", reason="on").status_code == 400


def test_a_proposal_can_be_turned_down(operator: Visitor, second: Visitor, start):
    address = f"/operation/instances/{start()}"
    token = link_in(operator.page(address).text, f"{address}/propose?token=").split("=")[1]
    operator.post(f"{address}/propose", token=token, kind="move", target="decide", reason="go on")
    second.post(action_in(second.page(address).text, "/refuse"))
    assert "Không có đề xuất nào" in second.page("/operation/proposals").text


def test_administrators_look_but_do_not_mend(house: House, start):
    address = f"/operation/instances/{start()}"
    administrator = house.visitor("quantri")
    page = administrator.page(address).text
    assert "the register knows no number 17" in page
    assert "/retry" not in page
    assert administrator.page(f"{address}/variables").status_code == 403
    assert administrator.post(f"{address}/cancel", reason="x").status_code == 403


def test_the_history_is_paged(house: House, operator: Visitor, start, monkeypatch):
    monkeypatch.setattr("web.operator.instances.PAGE_SIZE", 2)
    address = f"/operation/instances/{start()}/history"
    page = operator.page(address).text
    later = operator.page(link_in(page, f"{address}?after=")).text
    assert "Từ đầu" in later
    assert later.count('role="rowheader"') == 2


def test_nobody_steers_processes_without_a_form_of_ours(operator: Visitor, start):
    address = f"/operation/instances/{start()}/cancel"
    assert operator.client.post(address, data={"reason": "x"}).status_code == 400
