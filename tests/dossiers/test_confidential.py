"""What another system answers about a person is read by who works the task for it, by nobody else."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from accounts.actor import ANONYMOUS, Actor, Grant, Kind, Role
from commands.sample.dossiers import _actor
from core.database import Model, db, transaction
from core.errors import NotFound
from core.ids import new_id
from dossiers import operations, queries
from dossiers.confidential.errors import EnquiryNotFound
from dossiers.confidential.models import EnquiryState, SealedAnswer, Source
from dossiers.confidential.operations import Outcome
from dossiers.confidential.reading import papers_to_read, read_answer
from dossiers.confidential.sealing import Answer
from dossiers.desk.models import PaperComponent
from dossiers.errors import DocumentNotFound
from dossiers.letters.files import photo_of
from dossiers.looks import looks_of
from dossiers.models import Document, Dossier, DossierStatus
from dossiers.opening import find_document, opens
from dossiers.privacy.copying.cases import Case, case_of
from dossiers.privacy.grounds import retention
from dossiers.requests.models import DossierRequest, RequestState
from engine.queries import EVERYTHING, variables
from tests.dossiers.asking import requests
from tests.dossiers.enquired import (
    KIND,
    PROGRAM,
    SAID,
    asked,
    deliver,
    enquiry_of,
    send_paper,
    staff,
    time_out,
    work,
)

MARK = "án treo"


def held_by(actor: Actor) -> queries.TaskItem:
    (item,) = [
        each for each in queries.tasks(visible_to=actor) if each.task.element_id == "weigh_data"
    ]
    with transaction():
        operations.claim_task(item.task.id, actor=actor)
    db.session.rollback()
    return queries.find_task(item.task.id, visible_to=actor)


def copy_of(dossier: Dossier) -> Case:
    with force_locale("vi"):
        return case_of(dossier, _actor("saomai"), "vi")


@pytest.fixture
def answered(installation: Flask) -> Dossier:
    """Another system has answered; nobody has taken the task yet that reads it."""
    dossier = asked(installation)
    assert deliver(dossier) is Outcome.TAKEN
    return dossier


def the_paper(dossier: Dossier) -> Document:
    found = select(Document).where(
        Document.dossier_id == dossier.id, Document.document_type == KIND
    )
    return db.session.scalars(found).one()


def test_who_has_taken_the_task_reads_the_answer_and_its_person_is_told_so(answered: Dossier):
    officer = staff("binh")
    item = held_by(officer)
    enquiry, said = read_answer(item.task.id, enquiry_of(answered).id, actor=officer)
    assert said == SAID
    assert enquiry.purpose == "Minh họa"
    (paper,) = papers_to_read(item, visible_to=officer)
    assert [each.id for each in paper.enquiries] == [enquiry.id]
    looks = looks_of(answered, visible_to=_actor("saomai"), limit=10)
    assert "dossier:enquiry:read" in {each.event.tag for each in looks}


OTHERS: dict[str, Callable[[], Actor]] = {
    "a colleague of the queue": lambda: staff("chi"),
    "a director": lambda: staff("dung", Role.DIRECTOR, "director"),
    "the auditor": lambda: staff("giang", Role.AUDITOR, ""),
    "an operator": lambda: staff("hanh", Role.OPERATOR, ""),
    "an administrator": lambda: staff("khanh", Role.ADMINISTRATOR, ""),
    "the applicant": lambda: _actor("saomai"),
    "a colleague of the applicant": lambda: _actor("dongxanh"),
    "the program that answered": lambda: PROGRAM,
    "nobody": lambda: ANONYMOUS,
}


@pytest.mark.usefixtures("answered")
def test_nobody_else_reads_it(answered: Dossier):
    item = held_by(staff("binh"))
    for name, make in OTHERS.items():
        actor = make()
        with pytest.raises(NotFound):
            read_answer(item.task.id, enquiry_of(answered).id, actor=actor)
        assert papers_to_read(item, visible_to=actor) == [], name


def test_before_the_task_is_taken_and_after_it_is_done_nobody_reads_it(answered: Dossier):
    officer = staff("binh")
    (item,) = queries.tasks(visible_to=officer)
    with pytest.raises(EnquiryNotFound):
        read_answer(item.task.id, enquiry_of(answered).id, actor=officer)
    work("weigh_data", officer)
    with pytest.raises(EnquiryNotFound):
        read_answer(item.task.id, enquiry_of(answered).id, actor=officer)


def test_an_answer_to_another_dossier_is_not_read_through_ones_own_task(
    installation: Flask, answered: Dossier
):
    officer = staff("binh")
    mine = held_by(officer).task.id
    other = asked(installation)
    deliver(other)
    with pytest.raises(EnquiryNotFound):
        read_answer(mine, enquiry_of(other).id, actor=officer)


def test_what_was_answered_stands_in_no_column_in_the_clear(answered: Dossier):
    db.session.rollback()
    for table in Model.metadata.sorted_tables:
        for row in db.session.execute(table.select()):
            assert MARK not in str(tuple(row)), table.name
    assert answered.instance_id
    known = variables(answered.instance_id, visible_to=EVERYTHING)
    assert known["enquiry_result"] == {"answered": True, "source": "data"}


def test_an_answer_delivered_twice_is_known_and_another_one_does_not_take_its_place(
    answered: Dossier,
):
    assert deliver(answered) is Outcome.KNOWN
    assert deliver(answered, Answer("Không có án tích.")) is Outcome.ANOTHER
    assert deliver(answered, None) is Outcome.ANOTHER
    officer = staff("binh")
    item = held_by(officer)
    assert read_answer(item.task.id, enquiry_of(answered).id, actor=officer)[1] == SAID


def test_once_the_dossier_is_decided_an_answer_is_kept_by_nobody(installation: Flask):
    dossier = asked(installation, sent=False)
    send_paper(dossier)
    work("weigh_data", staff("binh"))
    assert deliver(dossier) is Outcome.TOO_LATE
    assert db.session.scalars(select(SealedAnswer)).all() == []
    assert enquiry_of(dossier).source is Source.PAPER


def test_a_program_answers_only_enquiries_of_the_kinds_for_which_it_was_registered(
    installation: Flask,
):
    dossier = asked(installation)
    for name in ("enquiry.other", "record", "enquiry-answered"):
        grants = frozenset({Grant(Role.INTEGRATION)})
        names = frozenset({name})
        stranger = Actor("client:x", Kind.CLIENT, "x", grants=grants, message_names=names)
        with pytest.raises(EnquiryNotFound):
            deliver(dossier, actor=stranger)
    assert enquiry_of(dossier).state is EnquiryState.ASKED


def test_data_that_comes_while_the_paper_is_awaited_takes_the_request_back(installation: Flask):
    dossier = asked(installation)
    time_out(installation)
    request = db.session.scalars(select(DossierRequest)).one()
    assert [request.state, request.asked_by] == [RequestState.ASKED, "system"]
    db.session.refresh(dossier)
    assert queries.missing_documents(dossier) == [KIND]
    assert deliver(dossier) is Outcome.TAKEN
    db.session.refresh(request)
    assert request.state is RequestState.TAKEN_BACK
    db.session.refresh(dossier)
    assert dossier.status is DossierStatus.SUBMITTED
    assert enquiry_of(dossier).source is Source.DATA


def test_the_paper_is_opened_by_its_person_and_by_who_works_the_task(installation: Flask):
    dossier = asked(installation, sent=False)
    send_paper(dossier)
    document, officer = the_paper(dossier), staff("binh")
    assert document.confidential
    assert find_document(document.id, visible_to=_actor("saomai")).id == document.id
    with pytest.raises(DocumentNotFound):
        find_document(document.id, visible_to=officer)
    held_by(officer)
    assert find_document(document.id, visible_to=officer).id == document.id
    for name, make in OTHERS.items():
        if name != "the applicant":
            with pytest.raises(DocumentNotFound):
                find_document(document.id, visible_to=make())


def test_what_was_sent_or_brought_in_the_place_of_data_counts_as_there(installation: Flask):
    sent, brought = asked(installation, sent=False), asked(installation, sent=False)
    with transaction() as session:
        sheet = {"document_type": KIND, "copies": 1, "entered_by": "x"}
        session.add(PaperComponent(dossier_id=brought.id, **sheet))
    time_out(installation, days=10)
    assert [enquiry_of(each).source for each in (sent, brought)] == [None, Source.PAPER]
    again = asked(installation, sent=False)
    send_paper(again)
    (request,) = requests(again)
    assert [request.state, request.what["items"][0]["done"]] == [RequestState.FULFILLED, True]


def test_neither_a_letter_nor_a_colleagues_copy_holds_the_paper(installation: Flask):
    dossier = asked(installation, sent=False)
    send_paper(dossier)
    document = the_paper(dossier)
    document.media_type = "image/png"
    assert photo_of([document], KIND) == {}
    db.session.rollback()
    own = copy_of(dossier)
    assert KIND in {each.document_type for _, each in own.files}
    assert [each["kind"] for each in own.content["enquiries"]] == [KIND]
    dossier.owner_id = new_id()  # another one of the organisation had begun it
    shared = copy_of(dossier)
    assert KIND not in {each.document_type for _, each in shared.files}
    assert not opens(the_paper(dossier), dossier, visible_to=_actor("saomai"))
    db.session.rollback()


def test_a_persons_own_copy_tells_of_the_enquiry_and_not_what_was_answered(answered: Dossier):
    told = copy_of(answered)
    assert [each["state"] for each in told.content["enquiries"]] == ["answered"]
    assert MARK not in str(told)


def test_what_was_answered_goes_with_the_dossier(answered: Dossier):
    with transaction():
        for empty in retention().emptying:
            empty(answered.id)
    assert db.session.scalars(select(SealedAnswer)).all() == []
    assert enquiry_of(answered).state is EnquiryState.ANSWERED
