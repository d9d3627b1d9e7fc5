"""Hand-overs between offices and people: sent, taken, returned, misrouted; the sheet tells them all."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from accounts import departments, operations, queries
from accounts.actor import SYSTEM, Actor, Kind, Role
from accounts.errors import ActionRefused
from accounts.models import Agency
from accounts.policy import Action, allows
from commands.sample.dossiers import _actor
from commands.sample.people import first_agency
from core import clock
from core.audit import AuditEvent
from core.clock import now
from core.database import db, transaction
from core.i18n import pick
from dossiers import operations as cases
from dossiers import queries as reads
from dossiers.errors import DossierNotFound, ReasonMissing
from dossiers.handovers import operations as handing
from dossiers.handovers import papers
from dossiers.handovers.errors import (
    HandOverAnswered,
    HandOverNotFound,
    NotAcknowledged,
    NotHandedToYou,
    PaperUnknown,
    ReceiverWrong,
)
from dossiers.handovers.models import HandOver
from dossiers.handovers.operations import Receiver
from dossiers.handovers.queries import find_hand_over, hand_overs_of, waiting_for
from dossiers.handovers.sheet import SheetRow, control_sheet, stages_told
from dossiers.handovers.timing import Timing, timing
from dossiers.models import Dossier, Proceeding
from dossiers.queries import find_task
from workflows.letters.context import HANDOVER

PURPOSE = "Thẩm định hồ sơ"


@pytest.fixture
def units(installation: Flask) -> Mapping[str, UUID]:
    """Two units of the agency that settles the dossier."""
    agency_id = first_agency().id
    with transaction():
        return {
            code: departments.create_unit(agency_id, code, {"vi": f"Phòng {code}"}, by=SYSTEM).id
            for code in ("NV", "KT")
        }


def clerk_of(agency_id: UUID, unit_id: UUID | None = None) -> Actor:
    login = (unit_id or agency_id).hex
    with transaction():
        account = operations.create_account(login, f"Bà {login[:4]}", kind=Kind.STAFF, by=SYSTEM)
        operations.grant_role(
            account.id, Role.OFFICER, agency_id=agency_id, unit_id=unit_id, by=SYSTEM
        )
    found = queries.actor(f"account:{account.id}")
    assert found is not None
    return found


def other_agency() -> Agency:
    return db.session.scalars(select(Agency).where(Agency.code == "H29.16")).one()


def sent(dossier: Dossier, to: Receiver, by: Actor, **given: Any) -> UUID:
    with transaction():
        values = {"purpose": PURPOSE, "language": "vi", **given}
        return handing.send(dossier.id, to, actor=by, **values).id


def to_unit(dossier: Dossier, unit_id: UUID, person: str = "") -> Receiver:
    return Receiver(dossier.agency_id, unit_id, person)


def answered(deed: Callable[..., Any], hand_over_id: UUID, by: Actor, **given: str) -> None:
    with transaction():
        deed(hand_over_id, actor=by, **given)


def of_offices(dossier: Dossier) -> SheetRow:
    db.session.expire_all()
    (row,) = (each for each in control_sheet(dossier, "vi") if each.hand_over_id)
    return row


def unit_of(dossier: Dossier) -> tuple[UUID | None, UUID | None]:
    db.session.expire_all()
    found = db.session.get_one(Dossier, dossier.id)
    proceeding = db.session.get_one(Proceeding, found.instance_id)
    return found.unit_id, proceeding.unit_id


def test_a_unit_that_acknowledges_has_the_dossier_from_then_on(dossier_on_the_desk, units):
    sender, receiver = _actor("motcua"), clerk_of(dossier_on_the_desk.agency_id, units["NV"])
    assert not allows(receiver, Action.DOSSIER_VIEW, dossier_on_the_desk)
    hand_over = sent(dossier_on_the_desk, to_unit(dossier_on_the_desk, units["NV"]), sender)
    assert unit_of(dossier_on_the_desk) == (None, None)
    assert [each.id for each, _ in waiting_for(visible_to=receiver)] == [hand_over]
    answered(handing.acknowledge, hand_over, receiver)
    assert unit_of(dossier_on_the_desk) == (units["NV"], units["NV"])
    assert reads.find_dossier(dossier_on_the_desk.id, visible_to=receiver)
    assert waiting_for(visible_to=receiver) == []
    row = of_offices(dossier_on_the_desk)
    assert (row.stage, row.outcome, row.giver.person) == (PURPOSE, "acknowledged", sender.name)
    assert (row.receiver.unit, row.receiver.person) == ("Phòng NV", receiver.name)
    assert row.received_at is not None


def test_what_is_returned_goes_back_to_where_it_came_from(dossier_on_the_desk, units):
    receiver = clerk_of(dossier_on_the_desk.agency_id, units["NV"])
    place = to_unit(dossier_on_the_desk, units["NV"])
    hand_over = sent(dossier_on_the_desk, place, _actor("motcua"), due_at=now() + timedelta(days=2))
    answered(handing.acknowledge, hand_over, receiver)
    answered(handing.give_back, hand_over, receiver, reason="Đã thẩm định, đạt")
    assert unit_of(dossier_on_the_desk) == (None, None)
    row = of_offices(dossier_on_the_desk)
    assert (row.outcome, row.note) == ("returned", "Đã thẩm định, đạt")
    assert row.timing is Timing.BEFORE


def test_what_was_misrouted_never_left_and_the_sheet_says_why(dossier_on_the_desk, units):
    hand_over = sent(
        dossier_on_the_desk, to_unit(dossier_on_the_desk, units["NV"]), _actor("motcua")
    )
    receiver = clerk_of(dossier_on_the_desk.agency_id, units["NV"])
    with pytest.raises(ReasonMissing):
        answered(handing.send_back, hand_over, receiver, reason=" ")
    answered(handing.send_back, hand_over, receiver, reason="Việc của phòng KT")
    assert unit_of(dossier_on_the_desk) == (None, None)
    row = of_offices(dossier_on_the_desk)
    assert (row.outcome, row.note, row.received_at) == ("misrouted", "Việc của phòng KT", None)


def test_each_answer_is_given_once_and_in_order(dossier_on_the_desk, units):
    receiver = clerk_of(dossier_on_the_desk.agency_id, units["NV"])
    hand_over = sent(
        dossier_on_the_desk, to_unit(dossier_on_the_desk, units["NV"]), _actor("motcua")
    )
    with pytest.raises(NotAcknowledged):
        answered(handing.give_back, hand_over, receiver, reason="x")
    answered(handing.acknowledge, hand_over, receiver)
    for deed, given in ((handing.acknowledge, {}), (handing.send_back, {"reason": "x"})):
        with pytest.raises(HandOverAnswered):
            answered(deed, hand_over, receiver, **given)
    answered(handing.give_back, hand_over, receiver, reason="x")
    with pytest.raises(HandOverAnswered):
        answered(handing.give_back, hand_over, receiver, reason="x")


def test_another_agency_takes_papers_and_learns_nothing_else(dossier_on_the_desk, units):
    elsewhere = clerk_of(other_agency().id)
    paper = reads.documents(dossier_on_the_desk)[0]
    hand_over = sent(
        dossier_on_the_desk, Receiver(other_agency().id), _actor("motcua"), papers=[paper.id]
    )
    answered(handing.acknowledge, hand_over, elsewhere)
    with pytest.raises(DossierNotFound):
        reads.find_dossier(dossier_on_the_desk.id, visible_to=elsewhere)
    db.session.expire_all()
    assert dossier_on_the_desk.agency_id == first_agency().id
    row = of_offices(dossier_on_the_desk)
    pack = reads.pack_of(dossier_on_the_desk)
    assert row.papers == (pack.document_name(paper.document_type, "vi"),)
    assert row.receiver.agency == pick(other_agency().names, "vi")


def test_only_the_person_it_is_meant_for_takes_it_but_everybody_there_may_send_it_back(
    dossier_on_the_desk, units
):
    meant, other = (clerk_of(dossier_on_the_desk.agency_id, units[each]) for each in ("NV", "KT"))
    colleague = _actor("chuyenvien")
    hand_over = sent(
        dossier_on_the_desk,
        to_unit(dossier_on_the_desk, units["NV"], meant.id),
        _actor("motcua"),
    )
    with pytest.raises(HandOverNotFound):
        answered(handing.acknowledge, hand_over, other)
    with pytest.raises(NotHandedToYou):
        answered(handing.acknowledge, hand_over, colleague)
    answered(handing.send_back, hand_over, colleague, reason="Đi vắng")
    assert of_offices(dossier_on_the_desk).outcome == "misrouted"


@pytest.mark.parametrize("wrong", ["here", "nowhere", "stranger", "unit elsewhere", "paper"])
def test_a_receiver_or_paper_that_cannot_be_is_refused(dossier_on_the_desk, units, wrong):
    own = dossier_on_the_desk.agency_id
    receivers = {
        "here": Receiver(own),
        "nowhere": Receiver(UUID(int=1)),
        "stranger": Receiver(own, units["NV"], _actor("saomai").id),
        "unit elsewhere": Receiver(other_agency().id, units["NV"]),
        "paper": Receiver(own, units["NV"]),
    }
    given = {"papers": [UUID(int=2)]} if wrong == "paper" else {}
    with pytest.raises(PaperUnknown if wrong == "paper" else ReceiverWrong):
        sent(dossier_on_the_desk, receivers[wrong], _actor("motcua"), **given)
    db.session.rollback()
    assert hand_overs_of(dossier_on_the_desk) == []


def test_who_may_not_see_a_dossier_cannot_hand_it_over(dossier_on_the_desk, units):
    place = to_unit(dossier_on_the_desk, units["NV"])
    with pytest.raises(DossierNotFound):
        sent(dossier_on_the_desk, place, clerk_of(other_agency().id))
    with pytest.raises(ActionRefused):
        sent(dossier_on_the_desk, place, _actor("saomai"))


def test_who_took_a_dossier_in_for_another_agency_hands_it_over_to_that_one(dossier_on_the_desk):
    centre = other_agency().id
    with transaction() as session:
        session.get_one(Dossier, dossier_on_the_desk.id).receiving_agency_id = centre
    sent(dossier_on_the_desk, Receiver(first_agency().id), clerk_of(centre))
    row = of_offices(dossier_on_the_desk)
    assert row.giver.agency == pick(other_agency().names, "vi")
    assert row.receiver.agency == pick(first_agency().names, "vi")


def test_every_hand_over_stands_in_the_record_of_the_dossier(dossier_on_the_desk, units):
    place = to_unit(dossier_on_the_desk, units["NV"])
    hand_over = sent(dossier_on_the_desk, place, _actor("motcua"))
    receiver = clerk_of(dossier_on_the_desk.agency_id, units["NV"])
    answered(handing.acknowledge, hand_over, receiver)
    told = select(func.count()).where(
        AuditEvent.chain_id == dossier_on_the_desk.id,
        AuditEvent.subject == f"hand-over:{hand_over}",
    )
    assert db.session.scalar(told) == 2
    assert find_hand_over(hand_over, visible_to=receiver).purpose == PURPOSE
    assert db.session.get_one(HandOver, hand_over).from_person == _actor("motcua").id


def test_tasks_that_people_take_and_pass_on_are_rows_too(dossier_on_the_desk):
    clerk = replace(_actor("motcua"), proven_at=now())
    (item,) = reads.tasks(visible_to=clerk)
    (waiting,) = control_sheet(dossier_on_the_desk, "vi")
    assert (waiting.outcome, waiting.receiver.person) == ("open", "")
    assert waiting.stage == item.pack.element_name("desk_check", item.task.name, "vi")
    with clock.shifted(timedelta(minutes=5)), transaction():
        cases.claim_task(item.task.id, actor=clerk)
    with clock.shifted(timedelta(minutes=9)), transaction():
        current = find_task(item.task.id, visible_to=clerk).task
        cases.reassign_task(item.task.id, to=None, version=current.version, actor=_actor("lanhdao"))
    with clock.shifted(timedelta(minutes=12)), transaction():
        token = cases.claim_task(item.task.id, actor=clerk)
        answers = {"decision": "accept"}
        cases.complete_task(item.task.id, answers, actor=clerk, language="vi", token=token)
    db.session.expire_all()
    first, second = (
        row for row in control_sheet(dossier_on_the_desk, "vi") if row.stage == waiting.stage
    )
    assert (first.receiver.person, first.outcome) == (clerk.name, "acknowledged")
    assert first.received_at is not None
    assert first.received_at - first.handed_at > timedelta(minutes=4)
    assert second.giver.person == clerk.name
    assert (first.timing, second.timing) == (Timing.NONE, timing_of(item))


def timing_of(item: Any) -> Timing:
    task = find_task(item.task.id, visible_to=SYSTEM).task
    assert task.ended_at is not None
    return timing(task.ended_at, task.due_at)


def test_an_applicant_reads_offices_and_moments_and_no_names(dossier_on_the_desk, units):
    sender, receiver = _actor("motcua"), clerk_of(dossier_on_the_desk.agency_id, units["NV"])
    place = to_unit(dossier_on_the_desk, units["NV"])
    answered(handing.acknowledge, sent(dossier_on_the_desk, place, sender), receiver)
    rows = stages_told(dossier_on_the_desk, "vi")
    assert {row.stage for row in rows} > {PURPOSE}
    assert {row.receiver.unit for row in rows} >= {"Phòng NV"}
    assert {person for row in rows for person in (row.giver.person, row.receiver.person)} == {""}
    assert {row.note for row in rows} == {""}


def test_the_sheet_is_form_06_with_a_row_for_each(dossier_on_the_desk, units):
    sent(dossier_on_the_desk, to_unit(dossier_on_the_desk, units["NV"]), _actor("motcua"))
    told = papers.rows_in_words(control_sheet(dossier_on_the_desk, "vi"))
    assert len(told) == 2
    assert [fault for row in told for fault in HANDOVER.faults(row)] == []
    assert papers.sheet_pdf(dossier_on_the_desk)[:5] == b"%PDF-"


@pytest.mark.parametrize(
    ("days", "expected"),
    [(None, Timing.NONE), (2, Timing.BEFORE), (0, Timing.ON), (-1, Timing.OVER)],
)
def test_a_step_ends_before_on_or_over_its_limit(bare_app: Flask, days, expected):
    moment = clock.now().replace(hour=3, minute=0)
    due = None if days is None else moment + timedelta(days=days, hours=1)
    assert timing(moment, due) is expected
    assert timing(None, due) is Timing.NONE
