"""Reading accounts. Roles are read anew for every request: a change takes effect at once."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, or_, select

from accounts.actor import ANONYMOUS, SYSTEM, Actor, Kind
from accounts.calling import found_actor
from accounts.errors import AgencyUnknown, InvalidToken, SessionEnded
from accounts.models import (
    Account,
    Agency,
    BrowserSession,
    ClientCredential,
    RoleGrant,
    Unit,
)
from accounts.opaque import digest
from accounts.reach import administers
from accounts.runtime import runtime
from accounts.tokens import Claims
from core.clock import now
from core.database import db, each_alone


def folded(login: str) -> str:
    """A login as it is stored: capitals and typing habits make no difference."""
    printable = "".join(filter(str.isprintable, unicodedata.normalize("NFKC", login)))
    return printable.strip().casefold()


def account_by_login(login: str) -> Account | None:
    """The account of a login; for proving who somebody is, so nobody's rights are asked."""
    return db.session.scalars(select(Account).where(Account.login == folded(login))).first()


def credential(client_id: str) -> ClientCredential | None:
    """A program's credential that has not been revoked."""
    return db.session.scalars(
        select(ClientCredential).where(
            ClientCredential.client_id == client_id, ClientCredential.revoked_at.is_(None)
        )
    ).first()


def actor(actor_id: str) -> Actor | None:
    """The actor of an id as of now; None when there is none, or the account is closed."""
    if actor_id in _WITHOUT_ACCOUNT:
        return _WITHOUT_ACCOUNT[actor_id]
    db.session.flush()
    found = found_actor(db.session.connection(), actor_id)
    return found[0] if found else None


def actor_of_claims(claims: Claims) -> Actor:
    """The actor a verified token speaks for, narrowed to its scopes; raises InvalidToken."""
    with each_alone() as connection:
        found = found_actor(connection, claims.subject)
    if found is None:
        raise InvalidToken
    actor, valid_from = found
    if valid_from and claims.issued_at < valid_from:
        raise InvalidToken
    narrowed = claims.scopes if actor.scopes is None else claims.scopes & actor.scopes
    return replace(actor, scopes=narrowed, assurance=claims.assurance, proven_at=claims.proven_at)


def session_of(token: str) -> BrowserSession:
    """The browser session of an opaque token; raises SessionEnded when it is over."""
    found = db.session.scalars(
        select(BrowserSession).where(BrowserSession.token_hash == digest(token))
    ).first()
    if found is None or found.revoked_at or _is_over(found):
        raise SessionEnded
    return found


def _is_over(session: BrowserSession) -> bool:
    """Whether a session has lived too long, or nothing has happened in it for too long."""
    idle_until = session.last_seen_at + runtime().session_idle
    return min(session.expires_at, idle_until) <= now()


def actor_of_session(token: str) -> Actor:
    """Who has signed in with a browser; raises SessionEnded."""
    session = session_of(token)
    found = actor(f"account:{session.account_id}")
    if found is None:
        raise SessionEnded
    return replace(found, assurance=session.assurance, proven_at=session.proven_at)


def sessions(account_id: UUID, *, visible_to: Actor) -> Sequence[BrowserSession]:
    """The open browser sessions of an account, newest first: one's own, or to administrators."""
    if not _may_look_at(account_id, visible_to):
        return []
    return db.session.scalars(
        select(BrowserSession)
        .where(
            BrowserSession.account_id == account_id,
            BrowserSession.revoked_at.is_(None),
            BrowserSession.expires_at > now(),
        )
        .order_by(BrowserSession.created_at.desc())
    ).all()


def account(account_id: UUID, *, visible_to: Actor) -> Account | None:
    """An account: one's own, or any to administrators."""
    return db.session.get(Account, account_id) if _may_look_at(account_id, visible_to) else None


def staff(
    queues: Collection[str],
    *,
    agency_id: UUID,
    unit_id: UUID | None,
    service: str,
    visible_to: Actor,
    of_units_only: bool = False,
) -> Sequence[tuple[str, str]]:
    """Who works one of the queues now, where a task is about this: actor ids and names, by name.

    Told to staff of the agency only. `of_units_only` leaves out whose role reaches the whole agency.
    """
    if visible_to.kind is not Kind.SYSTEM and not visible_to.serves(agency_id):
        return []
    rows = db.session.execute(
        select(Account.id, Account.display_name)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            Account.active,
            func.coalesce(RoleGrant.queue, RoleGrant.role).in_(list(queues)),
            or_(RoleGrant.agency_id == agency_id, RoleGrant.agency_id.is_(None)),
            or_(RoleGrant.service == service, RoleGrant.service.is_(None)),
            or_(
                RoleGrant.unit_id.in_(_with_units_above(unit_id)),
                false() if of_units_only else RoleGrant.unit_id.is_(None),
            ),
            *_valid_at(now()),
        )
        .distinct()
        .order_by(Account.display_name, Account.id)
    )
    return [(f"account:{row.id}", row.display_name) for row in rows]


def agency_by_code(code: str) -> Agency | None:
    """The agency of a code; agencies are public."""
    return db.session.scalars(select(Agency).where(Agency.code == code)).first()


def known_agency(code: str) -> Agency:
    """The agency of a code; raises AgencyUnknown."""
    found = agency_by_code(code)
    if found is None:
        raise AgencyUnknown(agency=code)
    return found


def agencies(*, open_only: bool = False) -> Sequence[Agency]:
    """All agencies by code, or those that take new dossiers now; they are public."""
    query = select(Agency).order_by(Agency.code)
    if open_only:
        query = query.where(*is_open(Agency, now()))
    return db.session.scalars(query).all()


def is_open(place: type[Agency | Unit], moment: datetime) -> tuple[ColumnElement[bool], ...]:
    """Agencies or units that are there at a moment."""
    begun = or_(place.valid_from.is_(None), place.valid_from <= moment)
    return begun, or_(place.valid_until.is_(None), place.valid_until > moment)


_WITHOUT_ACCOUNT = {each.id: each for each in (SYSTEM, ANONYMOUS)}


def _may_look_at(account_id: UUID, actor: Actor) -> bool:
    return account_id == actor.account_id or administers(actor, account_id)


def _with_units_above(unit_id: UUID | None) -> Select[Any]:
    above = select(Unit.id, Unit.parent_id).where(Unit.id == unit_id).cte("above", recursive=True)
    parent = select(Unit.id, Unit.parent_id).where(Unit.id == above.c.parent_id)
    return select(above.union(parent).c.id)


def _valid_at(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    ends_later = or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until > moment)
    return RoleGrant.valid_from <= moment, ends_later
