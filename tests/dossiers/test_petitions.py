"""Petitions: read by nobody whom they concern, with terms of their own, published without people."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from accounts import departments, operations, queries
from accounts.actor import ANONYMOUS, SYSTEM, Actor, Kind, Role
from accounts.notices import Mail
from accounts.runtime import runtime
from commands.sample.application import SAO_MAI
from core import clock as time
from core.audit import AuditEvent
from core.database import db, transaction
from core.errors import MotcuaError
from dossiers.errors import DossierNotFound, ReasonMissing
from dossiers.feedback import operations as feedback
from dossiers.feedback.emptying import forget_old_petitions
from dossiers.feedback.errors import (
    ContactMissing,
    NotConsented,
    NothingToRate,
    PetitionClosed,
    PetitionEmpty,
    PetitionNotAnswered,
    PetitionNotFound,
    RatedAlready,
    RatingUnknown,
    ReopeningImpossible,
    StillPersonal,
)
from dossiers.feedback.models import Petition, PetitionState, Reopened
from dossiers.feedback.operations import Wish
from dossiers.feedback.queries import (
    disliked_dossiers,
    find_by_secret,
    find_petition,
    own_petitions,
    petitions,
    petitions_between,
    published,
    ratings_between,
)
from dossiers.models import Dossier, DossierStatus
from dossiers.requests import operations as requesting
from tests.dossiers.asking import fresh, receive, requests, who
from tests.dossiers.test_settled import here

TEXT = "Chờ ba tuần không ai trả lời"
LONG_AGO, LATER = datetime(2020, 1, 1, tzinfo=time.now().tzinfo), timedelta(days=800)


@pytest.fixture
def handled(dossier_on_the_desk: Dossier) -> Dossier:
    """A received dossier that the desk clerk has handled."""
    receive(dossier_on_the_desk)
    return dossier_on_the_desk


@pytest.fixture
def other(installation: Flask) -> Actor:
    """An officer of another unit."""
    with transaction():
        unit = departments.create_unit(here(), "thanh-tra", {"vi": "Thanh tra"}, by=SYSTEM)
        account = operations.create_account("thanhtra", "Thanh Tra", kind=Kind.STAFF, by=SYSTEM)
        operations.grant_role(
            account.id, Role.OFFICER, agency_id=here(), unit_id=unit.id, by=SYSTEM
        )
        account_id = account.id
    found = queries.actor(f"account:{account_id}")
    assert found is not None
    return found


def send(dossier: Dossier | None = None, *, actor: Actor | None = None, **wish: object) -> Petition:
    about = {"dossier_id": dossier.id} if dossier else {}
    given = Wish(**{"text": TEXT, "agency_id": here(), **about, **wish})  # type: ignore[arg-type]
    with transaction():
        return feedback.send(given, actor=actor or who("saomai"), language="vi")[0]


def state_of(petition: Petition) -> PetitionState:
    db.session.rollback()
    return db.session.get_one(Petition, petition.id, populate_existing=True).state


def answer(petition: Petition, actor: Actor, **more: Any) -> Petition:
    told: dict[str, Any] = {"text": "Đã nhắc nhở", "upheld": True, **more}
    with transaction():
        return feedback.answer(petition.id, **told, actor=actor)


def test_whom_a_petition_concerns_neither_sees_nor_answers_it(handled: Dossier, other: Actor):
    with transaction():
        operations.grant_role(who("motcua").account_id, Role.OFFICER, agency_id=here(), by=SYSTEM)
    petition = send(handled)
    clerk = who("motcua")
    assert [each.id for each in petitions(visible_to=other)] == [petition.id]
    assert petitions(visible_to=clerk) == []
    for deed in (
        lambda: find_petition(petition.id, visible_to=clerk),
        lambda: answer(petition, clerk),
    ):
        with pytest.raises(PetitionNotFound):
            deed()


def test_it_goes_to_a_unit_that_has_no_part_in_it(handled: Dossier, other: Actor):
    unit = next(grant for grant in other.grants).units
    assert unit is not None
    assert send(handled).unit_id in unit


def test_without_such_a_unit_it_waits_for_who_is_there_for_the_whole_agency(handled: Dossier):
    petition = send(handled)
    assert petition.unit_id is None
    assert [each.id for each in petitions(visible_to=who("lanhdao"))] == [petition.id]


def test_anybody_with_a_contact_may_send_one_and_follows_it_by_link(installation: Flask):
    letters: list[Mail] = []
    runtime().post = letters.append
    wish = Wish(TEXT, here(), name="Trần Lan", email="lan@example.vn")
    with transaction():
        petition, secret = feedback.send(wish, actor=ANONYMOUS, language="vi")
    assert find_by_secret(secret).id == petition.id
    assert [letters[0].to, secret in letters[0].text] == ["lan@example.vn", True]
    with pytest.raises(PetitionNotFound):
        find_by_secret("guessed")


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        ({"text": " "}, PetitionEmpty),
        ({"name": "Lan"}, ContactMissing),
        ({"email": "lan@example.vn"}, ContactMissing),
    ],
    ids=["nothing", "no address", "no name"],
)
def test_what_cannot_be_answered_is_refused(installation: Flask, wish, error):
    with pytest.raises(error):
        send(actor=ANONYMOUS, **wish)


def test_nobody_sends_one_about_a_dossier_of_others(handled: Dossier):
    for actor in (ANONYMOUS, who("dongxanh")):
        with pytest.raises(DossierNotFound):
            send(handled, actor=actor, name="Lan", email="lan@example.vn")


def test_its_terms_are_those_of_the_profile(installation: Flask):
    with time.stopped_at(datetime.fromisoformat("2026-11-25T09:00+07:00")):
        petition = send()
    days = [
        getattr(petition, f"{deed}_until").astimezone(time.zone()).date().isoformat()
        for deed in ("refuse", "ask", "answer")
    ]
    assert days == ["2026-11-27", "2026-12-02", "2026-12-16"]


def test_a_reply_lets_the_terms_begin_anew(installation: Flask):
    with time.stopped_at(datetime.fromisoformat("2026-11-25T09:00+07:00")):
        petition = send()
    with transaction():
        feedback.ask(petition.id, question="Hồ sơ nào?", actor=who("lanhdao"))
    assert state_of(petition) is PetitionState.ASKED
    with time.stopped_at(datetime.fromisoformat("2026-12-07T09:00+07:00")), transaction():
        feedback.reply(petition.id, text="Hồ sơ hôm qua", actor=who("saomai"))
    assert state_of(petition) is PetitionState.SENT
    petition = db.session.get_one(Petition, petition.id)
    assert petition.answer_until.astimezone(time.zone()).date().isoformat() == "2026-12-28"


def test_only_its_sender_replies(installation: Flask):
    petition = send()
    with transaction():
        feedback.ask(petition.id, question="Hồ sơ nào?", actor=who("lanhdao"))
    for actor in (who("dongxanh"), who("lanhdao"), ANONYMOUS):
        with pytest.raises(PetitionNotFound), transaction():
            feedback.reply(petition.id, text="x", actor=actor, secret="guessed")


def test_a_refusal_says_why_and_closes_it(installation: Flask):
    petition = send()
    with pytest.raises(ReasonMissing), transaction():
        feedback.refuse(petition.id, reason=" ", actor=who("lanhdao"))
    with transaction():
        feedback.refuse(petition.id, reason="Không thuộc thẩm quyền", actor=who("lanhdao"))
    with pytest.raises(PetitionClosed):
        answer(petition, who("lanhdao"))


def test_an_upheld_petition_reopens_a_decided_case_as_a_draft_of_its_owner(handled: Dossier, work):
    work()
    petition = answer(send(handled), who("lanhdao"), reopen_as=Reopened.DOSSIER)
    draft = db.session.get_one(Dossier, petition.reopened_id)
    assert [draft.status, draft.owner_id, draft.answers] == [
        DossierStatus.DRAFT,
        handled.owner_id,
        fresh(handled).answers,
    ]
    tags = db.session.scalars(select(AuditEvent.tag).where(AuditEvent.chain_id == handled.id)).all()
    assert "dossier:application:reopened" in tags


def test_an_upheld_petition_reopens_an_open_case_as_a_correction(handled: Dossier):
    petition = answer(send(handled), who("lanhdao"), reopen_as=Reopened.CORRECTION)
    (correction,) = requests(handled)
    assert petition.reopened_id == correction.id
    with transaction():
        requesting.correct(
            correction.id, {"device_name": "Máy mới"}, actor=who("saomai"), language="vi"
        )
    assert fresh(handled).answers == {**SAO_MAI_OF(handled), "device_name": "Máy mới"}


def SAO_MAI_OF(dossier: Dossier) -> dict[str, object]:
    own = {"organisation_name": dossier.organisation_name}
    return {**SAO_MAI, **own, "device_models": dossier.answers["device_models"]}


def test_what_does_not_fit_reopens_nothing(handled: Dossier):
    for petition, how in (
        (send(handled), Reopened.DOSSIER),
        (send(), Reopened.DOSSIER),
        (send(), Reopened.CORRECTION),
    ):
        with pytest.raises(ReopeningImpossible):
            answer(petition, who("lanhdao"), reopen_as=how)
        assert state_of(petition) is PetitionState.SENT


def publish(petition: Petition, text: str = "Người nộp chờ lâu", reply: str = "Đã nhắc") -> None:
    with transaction():
        feedback.publish(petition.id, text=text, answer_text=reply, actor=who("lanhdao"))


def test_only_what_was_answered_and_agreed_to_is_published(installation: Flask):
    silent, willing = send(), send(may_be_published=True)
    with pytest.raises(PetitionNotAnswered):
        publish(willing)
    for each in (silent, willing):
        answer(each, who("lanhdao"))
    with pytest.raises(NotConsented):
        publish(silent)
    publish(willing)
    assert [each.published_text for each in published()] == ["Người nộp chờ lâu"]
    with pytest.raises(PetitionNotAnswered):
        publish(willing)


PERSONAL = (
    "Gọi số 0912 345 678",
    "Thư lan@example.vn",
    "Bà Nguyễn Thị Mai chờ",
    SAO_MAI["contact_name"],
    SAO_MAI["organisation_name"],
)


@pytest.mark.parametrize("text", PERSONAL, ids=["phone", "mail", "sender", "contact", "company"])
def test_nothing_is_published_that_tells_of_a_person(handled: Dossier, text: str):
    petition = answer(send(handled, may_be_published=True), who("lanhdao"))
    with pytest.raises(StillPersonal):
        publish(petition, text)
    with pytest.raises(StillPersonal):
        publish(petition, reply=text)
    assert published() == []


def test_its_sender_finds_it_among_his_own(installation: Flask):
    petition = send()
    assert [each.id for each in own_petitions(visible_to=who("saomai"))] == [petition.id]
    assert own_petitions(visible_to=who("dongxanh")) == []
    with pytest.raises(PetitionNotFound):
        find_petition(petition.id, visible_to=who("dongxanh"))


def test_a_closed_petition_is_emptied_after_its_months(installation: Flask):
    petition = answer(send(), who("lanhdao"))
    waiting = send()
    with time.shifted(LATER):
        forget_old_petitions()
    db.session.rollback()
    gone = db.session.get_one(Petition, petition.id, populate_existing=True)
    assert [gone.text, gone.answer, gone.sender_id] == ["", "", None]
    assert db.session.get_one(Petition, waiting.id, populate_existing=True).text == TEXT


def test_petitions_are_counted_for_the_index(installation: Flask):
    answer(send(), who("lanhdao"))
    send()
    counted = petitions_between([here()], LONG_AGO, time.now() + LATER)
    assert [counted.received, counted.closed, counted.in_time] == [2, 1, 1]


# Ratings.


def rate(dossier: Dossier, value: str = "dissatisfied", login: str = "saomai") -> None:
    with transaction():
        feedback.rate(dossier.id, value=value, text="Chậm", actor=who(login))


@pytest.mark.usefixtures("each_database")
def test_a_delivered_dossier_is_rated_once(handled: Dossier, work):
    with pytest.raises(NothingToRate):
        rate(handled)
    work()
    with pytest.raises(RatingUnknown):
        rate(handled, "wonderful")
    rate(handled)
    with pytest.raises(RatedAlready):
        rate(handled, "satisfied")
    (counted,) = ratings_between([here()], LONG_AGO, time.now() + LATER)
    assert [counted.value, counted.disliked, counted.count] == ["dissatisfied", True, 1]
    assert disliked_dossiers([here()], LONG_AGO, time.now() + LATER) == {handled.id}


def test_nobody_rates_for_others(handled: Dossier, work):
    work()
    for login in ("dongxanh", "lanhdao"):
        with pytest.raises(MotcuaError):
            rate(handled, login=login)


def test_a_dossier_with_dislike_and_petition_counts_once(handled: Dossier, work):
    work()
    rate(handled)
    answer(send(handled), who("lanhdao"))
    assert disliked_dossiers([here()], LONG_AGO, time.now() + LATER) == {handled.id}
    assert disliked_dossiers([UUID(int=1)], LONG_AGO, time.now() + LATER) == frozenset()
