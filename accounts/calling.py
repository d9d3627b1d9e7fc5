"""Who somebody is and what he may do, read with one statement: every request asks it first."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, bindparam, or_, select

from accounts.actor import Actor, Kind, Role
from accounts.models import Account, ClientCredential, Membership, RoleGrant
from core.clock import now

_account: Any = Account.__table__
_credential: Any = ClientCredential.__table__
_grant: Any = RoleGrant.__table__
_membership: Any = Membership.__table__

_MEMBER = (_membership.c.account_id == _account.c.id) & (_account.c.kind == Kind.CITIZEN.value)
_GRANTED = (
    (_grant.c.account_id == _account.c.id)
    & (_account.c.kind != Kind.CITIZEN.value)
    & (_grant.c.valid_from <= bindparam("moment"))
    & or_(_grant.c.valid_until.is_(None), _grant.c.valid_until > bindparam("moment"))
)
_WITH_RIGHTS = _account.outerjoin(_membership, _MEMBER).outerjoin(_grant, _GRANTED)
_COLUMNS = (
    _account.c.id,
    _account.c.kind,
    _account.c.display_name,
    _account.c.tokens_valid_from,
    _membership.c.organisation_number,
    _grant.c.role,
    _grant.c.agency_id,
)
_PERSON: Select[Any] = (
    select(*_COLUMNS)
    .select_from(_WITH_RIGHTS)
    .where(
        _account.c.id == bindparam("name"),
        _account.c.kind != Kind.CLIENT.value,
        _account.c.active,
    )
)
_PROGRAM: Select[Any] = (
    select(*_COLUMNS, _credential.c.scopes, _credential.c.job_kinds, _credential.c.message_names)
    .select_from(_WITH_RIGHTS.join(_credential, _credential.c.account_id == _account.c.id))
    .where(
        _credential.c.client_id == bindparam("name"),
        _credential.c.revoked_at.is_(None),
        _account.c.active,
    )
)


def found_actor(connection: Connection, actor_id: str) -> tuple[Actor, datetime | None] | None:
    """The actor of an id as of now, and since when his tokens count; None when the account is closed.

    The scopes are those that a program was registered with, None for people.
    """
    rows = _rows(connection, actor_id)
    return (_actor(actor_id, rows), rows[0].tokens_valid_from) if rows else None


def _rows(connection: Connection, actor_id: str) -> Sequence[Row[Any]]:
    sort, _, name = actor_id.partition(":")
    values = {"moment": now()}
    if sort == "client":
        return connection.execute(_PROGRAM, {**values, "name": name}).all()
    if sort == "account" and (account_id := _uuid(name)):
        return connection.execute(_PERSON, {**values, "name": account_id}).all()
    return []


def _actor(actor_id: str, rows: Sequence[Row[Any]]) -> Actor:
    account = rows[0]
    actor = Actor(
        id=actor_id,
        kind=Kind(account.kind),
        name=account.display_name,
        account_id=account.id,
        organisations=frozenset(row.organisation_number for row in rows if row.organisation_number),
        roles=frozenset((Role(row.role), row.agency_id) for row in rows if row.role),
    )
    return _narrowed(actor, account) if "scopes" in account._fields else actor


def _narrowed(actor: Actor, credential: Row[Any]) -> Actor:
    """A program does what it was registered for."""
    return replace(
        actor,
        scopes=frozenset(credential.scopes),
        job_kinds=frozenset(credential.job_kinds),
        message_names=frozenset(credential.message_names),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
