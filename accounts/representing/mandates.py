"""Mandates: given here by the principal himself, or entered by a clerk from a paper."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from accounts.actor import Actor, Kind, MandateScope
from accounts.audit import AccountTag
from accounts.models import Account
from accounts.policy import Action, Scope, allows, require
from accounts.queries import account_by_login
from accounts.representing.errors import (
    AgentUnknown,
    DatesReversed,
    MandateEmpty,
    ProofMissing,
)
from accounts.representing.holding import hold, number_of, person
from accounts.representing.models import Mandate
from core import audit
from core.clock import now
from core.database import db
from core.errors import NotFound
from core.ids import new_id

GIVEN, PAPER = "given", "paper"


def give_mandate(
    agent_login: str,
    scopes: Collection[MandateScope],
    *,
    by: Actor,
    organisation: str | None = None,
    services: Collection[str] = (),
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> Mandate:
    """Let somebody act for oneself, or for an organisation that one administers.

    Raises NotFound, NotAllowed, AgentUnknown, MandateEmpty, DatesReversed.
    """
    require(by, Action.MANDATE_GIVE)
    mandate = _mandate(agent_login, scopes, services, valid_from, valid_until)
    if organisation is None:
        mandate.principal_account_id = person(by)
    else:
        mandate.principal_organisation = _administered(number_of(organisation), by)
    return _kept(mandate, GIVEN, by)


def enter_mandate(
    principal: str,
    agent_login: str,
    scopes: Collection[MandateScope],
    *,
    document: str,
    by: Actor,
    services: Collection[str] = (),
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> Mandate:
    """Enter a mandate from a paper; the principal is named by login or by enterprise number.

    Raises NotAllowed, AgentUnknown, MandateEmpty, DatesReversed, NumberUnreadable, ProofMissing.
    """
    require(by, Action.MANDATE_ENTER)
    if not document.strip():
        raise ProofMissing
    mandate = _mandate(agent_login, scopes, services, valid_from, valid_until)
    account = account_by_login(principal)
    if account is not None and account.kind == Kind.CITIZEN:
        mandate.principal_account_id = account.id
    else:
        mandate.principal_organisation = number_of(principal)
    mandate.document_reference = document.strip()
    return _kept(mandate, PAPER, by)


def revoke_mandate(mandate_id: UUID, *, reason: str, by: Actor) -> None:
    """End a mandate at once: as its principal, as its agent, or as a clerk; twice is once.

    Raises NotFound.
    """
    mandate = db.session.get(Mandate, mandate_id)
    if mandate is None or not may_revoke(by, mandate):
        raise NotFound
    _hold(mandate)
    db.session.refresh(mandate)
    if mandate.revoked_at is not None:
        return
    mandate.revoked_at, mandate.revoked_by = now(), by.id
    mandate.revocation_reason = reason.strip()
    _record(AccountTag.MANDATE_REVOKED, mandate, by)


def may_revoke(actor: Actor, mandate: Mandate) -> bool:
    """Whether it is one's own (as principal, or agent), one's organisation's, or one is a clerk."""
    own = {mandate.principal_account_id, mandate.agent_account_id} - {None}
    subject = Scope(acting_for=mandate.principal_organisation)
    return (
        actor.account_id in own
        or allows(actor, Action.ORGANISATION_ADMINISTER, subject)
        or allows(actor, Action.MANDATE_ENTER)
    )


def _mandate(
    agent_login: str,
    scopes: Collection[MandateScope],
    services: Collection[str],
    valid_from: datetime | None,
    valid_until: datetime | None,
) -> Mandate:
    if not scopes:
        raise MandateEmpty
    begins = valid_from or now()
    if valid_until is not None and valid_until <= max(begins, now()):
        raise DatesReversed
    agent = account_by_login(agent_login)
    if agent is None or agent.kind != Kind.CITIZEN:
        raise AgentUnknown(login=agent_login)
    return Mandate(
        id=new_id(),
        agent_account_id=agent.id,
        actions=sorted(scopes),
        services=sorted(services),
        valid_from=begins,
        valid_until=valid_until,
    )


def _administered(number: str, by: Actor) -> str:
    subject = Scope(acting_for=number)
    if not allows(by, Action.ORGANISATION_VIEW, subject):
        raise NotFound
    require(by, Action.ORGANISATION_ADMINISTER, subject)
    return number


def _kept(mandate: Mandate, proof: str, by: Actor) -> Mandate:
    if mandate.principal_account_id == mandate.agent_account_id:
        raise AgentUnknown(login=by.name)
    mandate.proof, mandate.given_by, mandate.given_at = proof, by.id, now()
    mandate.principal_name = _hold(mandate)[1]
    db.session.add(mandate)
    _record(AccountTag.MANDATE_GIVEN, mandate, by)
    return mandate


def _hold(mandate: Mandate) -> tuple[UUID, str]:
    """Lock the principal; returns the id of its record and its name."""
    if mandate.principal_organisation is not None:
        organisation = hold(mandate.principal_organisation)
        return organisation.id, organisation.name or organisation.number
    wanted = select(Account).where(Account.id == mandate.principal_account_id).with_for_update()
    account = db.session.scalars(wanted).one()
    return account.id, account.display_name


def _record(tag: AccountTag, mandate: Mandate, by: Actor) -> None:
    db.session.flush()
    audit.append(
        tag,
        actor=by.id,
        subject=f"mandate:{mandate.id}",
        chain=_hold(mandate)[0],
        details={
            "agent": f"account:{mandate.agent_account_id}",
            "scopes": mandate.actions,
            "services": mandate.services,
            "proof": mandate.proof,
            "document": mandate.document_reference,
            "reason": mandate.revocation_reason,
        },
    )
