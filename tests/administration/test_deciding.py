"""Proposing values, deciding about them, and what then is in force."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from accounts.actor import Actor
from accounts.errors import ActionRefused
from administration import EVERYWHERE, in_force, operations, queries
from administration.errors import (
    DaysWrong,
    EverywhereOnly,
    KindUnknown,
    NothingChanges,
    NothingToEnd,
    ProposalDecided,
    ProposalNotFound,
    SameProposal,
    SecondPersonNeeded,
)
from administration.kinds import kinds
from administration.models import ProposalState, SettingProposal
from administration.timeline import Period, Ruling
from core import audit, clock
from core.clock import today
from core.database import db, transaction
from forms import AnswersInvalid
from tests.administration.conftest import FEE, NOTE, Desk

pytestmark = pytest.mark.usefixtures("each_database")


def proposed(kind: str, amount: int, by: Actor, **options: Any) -> SettingProposal:
    agency_id: UUID = options.pop("agency_id", EVERYWHERE)
    value = {"name": "visa", "amount": amount}
    ruling = Ruling(value, options.pop("first", today()), options.pop("last", None))
    with transaction():
        return operations.propose(
            kind, ruling, agency_id=agency_id, reason="Circular 1", by=by, language="en"
        )


def decided(amount: int, desk: Desk, **options: Any) -> SettingProposal:
    proposal = proposed(FEE, amount, desk.first, **options)
    with transaction():
        return operations.decide(proposal.id, by=desk.second)


def amount_on(day: date | None = None, agency_id: UUID = EVERYWHERE) -> Any:
    return in_force(FEE, agency_id, day=day).get("visa", {}).get("amount")


def test_what_needs_no_second_person_holds_at_once(desk: Desk):
    assert proposed(NOTE, 5, desk.first).state is ProposalState.DECIDED
    assert in_force(NOTE) == {"visa": {"name": "visa", "amount": 5}}


def test_a_tariff_holds_when_a_second_person_has_decided_it(desk: Desk):
    proposal = proposed(FEE, 5, desk.first)
    assert amount_on() is None
    with transaction():
        operations.decide(proposal.id, by=desk.second, note="Checked")
    assert amount_on() == 5


def test_nobody_decides_his_own_proposal(desk: Desk):
    proposal = proposed(FEE, 5, desk.first)
    with pytest.raises(SecondPersonNeeded), transaction():
        operations.decide(proposal.id, by=desk.first)
    assert amount_on() is None


def test_a_value_begins_on_its_day_and_ends_after_its_last(desk: Desk):
    decided(100, desk)
    decided(50, desk, first=today() + timedelta(days=10), last=today() + timedelta(days=19))
    amounts = [amount_on(today() + timedelta(days=number)) for number in (0, 9, 10, 19, 20)]
    assert amounts == [100, 100, 50, 50, 100]


def test_an_agency_may_differ_from_what_holds_everywhere(desk: Desk):
    decided(100, desk)
    decided(80, desk, agency_id=desk.agency)
    assert (amount_on(), amount_on(agency_id=desk.agency)) == (100, 80)
    assert amount_on(agency_id=desk.elsewhere) == 100


def test_an_agency_follows_everybody_again_when_its_own_value_ends(desk: Desk):
    decided(100, desk)
    decided(80, desk, agency_id=desk.agency)
    with transaction():
        end = operations.propose_end(
            FEE, "visa", valid_from=today(), agency_id=desk.agency, reason="r", by=desk.first
        )
    with transaction():
        operations.decide(end.id, by=desk.second)
    assert amount_on(agency_id=desk.agency) == 100


def test_nothing_ends_that_does_not_hold(desk: Desk):
    with pytest.raises(NothingToEnd), transaction():
        operations.propose_end(FEE, "visa", valid_from=today(), reason="r", by=desk.first)


def test_the_past_is_not_settled_anew(desk: Desk):
    with pytest.raises(DaysWrong):
        proposed(FEE, 5, desk.first, first=today() - timedelta(days=1))
    with pytest.raises(DaysWrong):
        proposed(FEE, 5, desk.first, last=today() - timedelta(days=1))


def test_a_proposal_that_waited_past_its_day_holds_from_the_day_of_the_decision(desk: Desk):
    proposal = proposed(FEE, 5, desk.first)
    with clock.shifted(timedelta(days=3)):
        with transaction():
            operations.decide(proposal.id, by=desk.second)
        assert proposal.valid_from == today()


def test_one_thing_has_one_open_proposal(desk: Desk):
    proposed(FEE, 5, desk.first)
    with pytest.raises(SameProposal):
        proposed(FEE, 6, desk.second)


def test_what_holds_already_is_not_proposed_again(desk: Desk):
    decided(5, desk)
    with pytest.raises(NothingChanges):
        proposed(FEE, 5, desk.first, first=today() + timedelta(days=2))


def test_a_proposal_is_decided_once(desk: Desk):
    proposal = decided(5, desk)
    with pytest.raises(ProposalDecided), transaction():
        operations.refuse(proposal.id, by=desk.second, note="late")


def test_a_refused_or_withdrawn_proposal_changes_nothing(desk: Desk):
    refused = proposed(FEE, 5, desk.first)
    with transaction():
        operations.refuse(refused.id, by=desk.second, note="Wrong circular")
    withdrawn = proposed(FEE, 5, desk.first)
    with pytest.raises(ProposalNotFound), transaction():
        operations.withdraw(withdrawn.id, by=desk.second)
    with transaction():
        operations.withdraw(withdrawn.id, by=desk.first)
    assert amount_on() is None
    states = {each.proposal.state for each in queries.proposals(visible_to=desk.first, state=None)}
    assert states == {ProposalState.REFUSED, ProposalState.WITHDRAWN}


def test_an_administrator_of_one_agency_settles_only_there(desk: Desk):
    proposed(FEE, 5, desk.local, agency_id=desk.agency)
    for place in (EVERYWHERE, desk.elsewhere):
        with pytest.raises(ActionRefused):
            proposed(FEE, 5, desk.local, agency_id=place)
    with pytest.raises(ActionRefused):
        proposed(FEE, 5, desk.clerk, agency_id=desk.agency)


def test_proposals_of_other_agencies_do_not_exist_for_a_local_administrator(desk: Desk):
    theirs = proposed(FEE, 5, desk.first, agency_id=desk.elsewhere)
    assert queries.proposals(visible_to=desk.local) == []
    with pytest.raises(ProposalNotFound):
        queries.find_proposal(theirs.id, visible_to=desk.local)
    with pytest.raises(ProposalNotFound), transaction():
        operations.decide(theirs.id, by=desk.local)


def test_a_value_must_fit_the_form_of_its_kind(desk: Desk):
    ruling = Ruling({"name": "visa", "amount": "much"}, today())
    with pytest.raises(AnswersInvalid) as caught, transaction():
        operations.propose(FEE, ruling, reason="r", by=desk.first, language="en")
    assert caught.value.fields.keys() == {("amount",)}


def test_an_unknown_kind_is_not_found(desk: Desk):
    with pytest.raises(KindUnknown):
        proposed("weather", 5, desk.first)


def test_what_is_settled_is_listed_with_its_periods(desk: Desk):
    later = today() + timedelta(days=5)
    decided(100, desk)
    decided(50, desk, first=later)
    (found,) = queries.settled(FEE, visible_to=desk.first)
    assert found.key == "visa"
    assert found.periods == (
        Period({"name": "visa", "amount": 100}, today(), later - timedelta(days=1)),
        Period({"name": "visa", "amount": 50}, later, None),
    )
    assert found.now == found.periods[0]


def test_a_proposal_tells_what_holds_before_it(desk: Desk):
    decided(100, desk)
    proposal = proposed(FEE, 120, desk.first)
    change = queries.find_proposal(proposal.id, visible_to=desk.second).change
    assert (change.before or {})["amount"] == 100
    assert (change.ruling.value or {})["amount"] == 120


def test_every_deed_stands_in_an_unbroken_chain_with_who_and_why(desk: Desk):
    proposal = decided(100, desk)
    chain = proposal.subject_id
    events = db.session.query(audit.AuditEvent).filter_by(chain_id=chain)
    told = {(event.tag, event.actor) for event in events}
    assert told == {
        ("administration:setting:proposed", desk.first.id),
        ("administration:setting:decided", desk.second.id),
    }
    assert audit.first_broken(chain) is None


def test_a_decision_that_was_rolled_back_is_not_in_force(desk: Desk):
    proposal = proposed(FEE, 5, desk.first)
    with pytest.raises(RuntimeError), transaction():
        operations.decide(proposal.id, by=desk.second)
        assert amount_on() is None
        raise RuntimeError
    db.session.rollback()
    assert amount_on() is None


def test_a_kind_that_is_settled_for_all_is_not_settled_by_one_agency(desk: Desk, monkeypatch):
    everywhere = replace(kinds().kind(NOTE), per_agency=False)
    monkeypatch.setitem(kinds()._by_code, NOTE, everywhere)
    with pytest.raises(EverywhereOnly):
        proposed(NOTE, 5, desk.first, agency_id=desk.agency)
