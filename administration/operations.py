"""Proposing and deciding settings. Each deed is audited in the chain of the thing it is about."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from flask import has_request_context
from flask_babel import force_locale, get_locale
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from accounts import policy
from accounts.actor import SYSTEM, Actor
from accounts.policy import Action
from administration.audit import SettingTag
from administration.errors import (
    AgencyOnly,
    DaysWrong,
    EverywhereOnly,
    NothingChanges,
    NothingToEnd,
    ProposalDecided,
    ProposalNotFound,
    SameProposal,
    SecondPersonNeeded,
)
from administration.kinds import SettingKind, kinds
from administration.models import ProposalState, SettingProposal, SettingSubject
from administration.queries import change_by, may_settle
from administration.reading import forget
from administration.timeline import EVERYWHERE, Period, Ruling, Value, periods
from core import audit
from core.clock import now, today
from core.database import after_commit, db
from core.i18n import official
from core.ids import new_id


def propose(
    kind: str,
    ruling: Ruling,
    *,
    agency_id: UUID = EVERYWHERE,
    reason: str,
    by: Actor,
    language: str,
    waits: bool = False,
) -> SettingProposal:
    """Propose a value, as answers to the kind's form; where no second person is needed, it is decided.

    A draft (`waits`) is decided by a person in any case.
    Raises KindUnknown, EverywhereOnly, AgencyOnly, DaysWrong, SameProposal, NothingChanges,
    ActionRefused, and AnswersInvalid naming what is wrong with the value.
    """
    sort = kinds().kind(kind)
    policy.require(by, Action.SETTING_PROPOSE, policy.Scope(agency_id=agency_id))
    value = checked(sort, ruling.value or {}, language)
    subject = _locked_subject(sort, agency_id, sort.key(value))
    ruling = replace(ruling, value=value)
    if any(_says_already(period, ruling) for period in _periods(subject)):
        raise NothingChanges
    _require_fitting(sort, subject, ruling, language)
    return _propose(subject, ruling, reason, by, alone=not (sort.second_person or waits))


def checked(kind: SettingKind, answers: Value, language: str) -> dict[str, Any]:
    """The clean value of a kind; raises AnswersInvalid naming what is wrong, in the language."""
    value = kind.form.load(answers, language)
    with force_locale(language):
        kind.check(value)
    return value


def propose_end(
    kind: str, key: str, *, valid_from: date, agency_id: UUID = EVERYWHERE, reason: str, by: Actor
) -> SettingProposal:
    """Propose that nothing holds from a day on; an agency then follows what holds everywhere.

    Raises KindUnknown, EverywhereOnly, DaysWrong, SameProposal, NothingToEnd, ActionRefused.
    """
    sort = kinds().kind(kind)
    policy.require(by, Action.SETTING_PROPOSE, policy.Scope(agency_id=agency_id))
    subject = _locked_subject(sort, agency_id, key)
    if all(each.last and each.last < valid_from for each in _periods(subject)):
        raise NothingToEnd
    return _propose(subject, Ruling(None, valid_from), reason, by, alone=not sort.second_person)


def decide(proposal_id: UUID, *, by: Actor, note: str = "") -> SettingProposal:
    """Let a proposal hold. One that has waited past its first day holds from today.

    Raises ProposalNotFound, ProposalDecided, SecondPersonNeeded, DaysWrong, and AnswersInvalid when
    something that was decided meanwhile leaves no room for it.
    """
    proposal, subject = _locked_open(proposal_id, Action.SETTING_DECIDE, by)
    if by.id == proposal.proposed_by:
        raise SecondPersonNeeded
    proposal.valid_from = max(proposal.valid_from, today())
    _check_days(proposal.valid_from, proposal.valid_until)
    _require_fitting(kinds().kind(subject.kind), subject, proposal.ruling, _language())
    _decide(subject, proposal, by, note)
    return proposal


def _language() -> str:
    """In which faults are told; nobody in particular reads them outside of a request."""
    return str(get_locale()) if has_request_context() else official()


def refuse(proposal_id: UUID, *, by: Actor, note: str) -> SettingProposal:
    """Refuse a proposal, saying why. Raises ProposalNotFound, ProposalDecided."""
    proposal, subject = _locked_open(proposal_id, Action.SETTING_DECIDE, by)
    _close(proposal, ProposalState.REFUSED, by, note)
    _record(SettingTag.REFUSED, subject, proposal, by)
    return proposal


def withdraw(proposal_id: UUID, *, by: Actor) -> SettingProposal:
    """Take back one's own proposal. Raises ProposalNotFound, ProposalDecided."""
    proposal, subject = _locked_open(proposal_id, Action.SETTING_PROPOSE, by)
    if by.id != proposal.proposed_by:
        raise ProposalNotFound
    _close(proposal, ProposalState.WITHDRAWN, by, "")
    _record(SettingTag.WITHDRAWN, subject, proposal, by)
    return proposal


def _propose(
    subject: SettingSubject, ruling: Ruling, reason: str, by: Actor, *, alone: bool
) -> SettingProposal:
    _check_days(ruling.valid_from, ruling.valid_until)
    proposal = SettingProposal(
        id=new_id(),
        subject_id=subject.id,
        value=ruling.value,
        valid_from=ruling.valid_from,
        valid_until=ruling.valid_until,
        reason=reason.strip(),
        state=ProposalState.PROPOSED,
        proposed_by=by.id,
        proposed_at=now(),
    )
    db.session.add(proposal)
    _record(SettingTag.PROPOSED, subject, proposal, by)
    if alone:
        _decide(subject, proposal, by, "")
    return proposal


def _decide(subject: SettingSubject, proposal: SettingProposal, by: Actor, note: str) -> None:
    subject.decisions += 1
    proposal.position = subject.decisions
    _close(proposal, ProposalState.DECIDED, by, note)
    _record(SettingTag.DECIDED, subject, proposal, by)
    kind = subject.kind
    after_commit(lambda: forget(kind))


def _close(proposal: SettingProposal, state: ProposalState, by: Actor, note: str) -> None:
    proposal.state, proposal.note = state, note.strip()
    proposal.decided_by, proposal.decided_at = by.id, now()


def _require_fitting(
    kind: SettingKind, subject: SettingSubject, ruling: Ruling, language: str
) -> None:
    if ruling.value is not None:
        with force_locale(language):
            kind.refuse(change_by(ruling, kind, subject.agency_id, subject.key))


def _check_days(first: date, last: date | None) -> None:
    if first < today():
        raise DaysWrong({("valid_from",): [str(first)]})
    if last is not None and last < first:
        raise DaysWrong({("valid_until",): [str(last)]})


def _locked_subject(kind: SettingKind, agency_id: UUID, key: str) -> SettingSubject:
    """The locked row of what is settled; made if it is new. Nothing may be proposed for it yet but a
    draft of the system's, whose place is taken.
    """
    if agency_id != EVERYWHERE and not kind.per_agency:
        raise EverywhereOnly
    if agency_id == EVERYWHERE and not kind.everywhere:
        raise AgencyOnly
    subject = _subject(kind.code, agency_id, key) or _new_subject(kind.code, agency_id, key)
    for proposal in _proposals(subject, ProposalState.PROPOSED):
        if proposal.proposed_by != SYSTEM.id:
            raise SameProposal
        _close(proposal, ProposalState.WITHDRAWN, SYSTEM, "")
        _record(SettingTag.WITHDRAWN, subject, proposal, SYSTEM)
    return subject


def _subject(kind: str, agency_id: UUID, key: str) -> SettingSubject | None:
    return db.session.scalars(
        select(SettingSubject)
        .where(
            SettingSubject.kind == kind,
            SettingSubject.agency_id == agency_id,
            SettingSubject.key == key,
        )
        .with_for_update()
    ).first()


def _new_subject(kind: str, agency_id: UUID, key: str) -> SettingSubject:
    subject = SettingSubject(id=new_id(), kind=kind, agency_id=agency_id, key=key)
    try:
        with db.session.begin_nested():
            db.session.add(subject)
    except IntegrityError as error:  # somebody else proposes the same in this moment
        raise SameProposal from error
    return subject


def _locked_open(
    proposal_id: UUID, action: Action, by: Actor
) -> tuple[SettingProposal, SettingSubject]:
    """An open proposal and its locked subject; raises ProposalNotFound, ProposalDecided."""
    found = db.session.get(SettingProposal, proposal_id)
    subject = (
        found
        and db.session.scalars(
            select(SettingSubject).where(SettingSubject.id == found.subject_id).with_for_update()
        ).first()
    )
    if not found or not subject or not may_settle(by, subject.agency_id, action):
        raise ProposalNotFound
    db.session.refresh(found)
    if found.state is not ProposalState.PROPOSED:
        raise ProposalDecided
    return found, subject


def _says_already(period: Period, ruling: Ruling) -> bool:
    """Whether the value of a ruling holds on all its days anyway."""
    ends_later = period.last is None or (
        ruling.valid_until is not None and ruling.valid_until <= period.last
    )
    return period.value == ruling.value and period.first <= ruling.valid_from and ends_later


def _periods(subject: SettingSubject) -> list[Period]:
    return periods([each.ruling for each in _proposals(subject, ProposalState.DECIDED)])


def _proposals(subject: SettingSubject, state: ProposalState) -> list[SettingProposal]:
    return list(
        db.session.scalars(
            select(SettingProposal)
            .where(SettingProposal.subject_id == subject.id, SettingProposal.state == state)
            .order_by(SettingProposal.position)
        )
    )


def _record(tag: SettingTag, subject: SettingSubject, proposal: SettingProposal, by: Actor) -> None:
    db.session.flush()
    details = {
        "kind": subject.kind,
        "key": subject.key,
        "agency": str(subject.agency_id),
        "proposal": str(proposal.id),
        "value": proposal.value,
        "from": str(proposal.valid_from),
        "until": str(proposal.valid_until or ""),
    }
    audit.append(
        tag, actor=by.id, subject=f"setting:{subject.id}", chain=subject.id, details=details
    )
