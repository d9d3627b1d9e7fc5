"""Who somebody is and what he may do, read with one statement: every request asks it first."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    Uuid,
    bindparam,
    exists,
    or_,
    select,
)

from accounts.actor import (
    Actor,
    Grant,
    HeldMandate,
    Kind,
    MandateScope,
    OrganisationRole,
    Role,
)
from accounts.department_models import Substitution
from accounts.models import (
    Account,
    ClientCredential,
    Membership,
    MembershipState,
    RoleGrant,
    Unit,
)
from accounts.passing import passed_on
from accounts.representing.models import Mandate
from core.clock import now, today

_account: Any = Account.__table__
_credential: Any = ClientCredential.__table__
_grant: Any = RoleGrant.__table__
_membership: Any = Membership.__table__
_unit: Any = Unit.__table__

_mandate: Any = Mandate.__table__
_substitution: Any = Substitution.__table__

_maker: Any = _account.alias("maker")

_STANDING = (
    (_membership.c.state == MembershipState.ACTIVE)
    & _membership.c.ended_at.is_(None)
    & or_(_membership.c.valid_from.is_(None), _membership.c.valid_from <= bindparam("moment"))
    & or_(_membership.c.valid_until.is_(None), _membership.c.valid_until > bindparam("moment"))
)
_MEMBER = (
    (_membership.c.account_id == _account.c.id)
    & _account.c.kind.in_([Kind.CITIZEN.value, Kind.STAFF.value])
    & _STANDING
)
_LENT = (
    (_membership.c.id == _credential.c.membership_id)
    & exists().where(_maker.c.id == _membership.c.account_id, _maker.c.active)
    & _STANDING
)
_MANDATED = (
    (_mandate.c.agent_account_id == _account.c.id)
    & (_account.c.kind == Kind.CITIZEN.value)
    & _mandate.c.revoked_at.is_(None)
    & (_mandate.c.valid_from <= bindparam("moment"))
    & or_(_mandate.c.valid_until.is_(None), _mandate.c.valid_until > bindparam("moment"))
)
_away: Any = _account.alias("away")
_STANDING_IN = (
    (_substitution.c.substitute_id == _account.c.id)
    & (_account.c.kind == Kind.STAFF.value)
    & _substitution.c.ended_at.is_(None)
    & (_substitution.c.first_day <= bindparam("day"))
    & (_substitution.c.last_day >= bindparam("day"))
    & exists().where(_away.c.id == _substitution.c.account_id, _away.c.active)
)
_GRANTED = (
    or_(
        _grant.c.account_id == _account.c.id,
        _grant.c.account_id == _substitution.c.account_id,
    )
    & _account.c.kind.not_in([Kind.CITIZEN.value, Kind.GUEST.value])
    & (_grant.c.valid_from <= bindparam("moment"))
    & or_(_grant.c.valid_until.is_(None), _grant.c.valid_until > bindparam("moment"))
)
_COLUMNS = (
    _account.c.id,
    _account.c.kind,
    _account.c.display_name,
    _account.c.tokens_valid_from,
    _membership.c.account_id.label("member_id"),
    _membership.c.organisation_number,
    _membership.c.role.label("organisation_role"),
    _mandate.c.id.label("mandate_id"),
    _mandate.c.actions.label("mandate_scopes"),
    _mandate.c.services.label("mandate_services"),
    _grant.c.id.label("grant_id"),
    _grant.c.account_id.label("granted_to"),
    _grant.c.role,
    _grant.c.agency_id,
    _grant.c.service,
    _grant.c.queue,
    _substitution.c.id.label("substitution_id"),
    _substitution.c.account_id.label("away_id"),
    _substitution.c.queues.label("passed_queues"),
    _substitution.c.services.label("passed_services"),
    _substitution.c.signing.label("passes_signing"),
)


def _reached(account_id: ColumnElement[Any]) -> CTE:
    """The units named by grants of the account, or of who is away, with all units below them."""
    replaced = select(_substitution.c.account_id).where(_substitution.c.substitute_id == account_id)
    named = select(_grant.c.id.label("grant_id"), _grant.c.unit_id).where(
        or_(_grant.c.account_id == account_id, _grant.c.account_id.in_(replaced)),
        _grant.c.unit_id.is_not(None),
    )
    reached = named.cte("reached", recursive=True)
    below = select(reached.c.grant_id, _unit.c.id).where(_unit.c.parent_id == reached.c.unit_id)
    return reached.union(below)


def _with_rights(
    account_id: ColumnElement[Any],
    source: FromClause,
    member: ColumnElement[bool],
    *columns: Any,
) -> Select[Any]:
    reached = _reached(account_id)
    joined = (
        source.outerjoin(_membership, member)
        .outerjoin(_mandate, _MANDATED)
        .outerjoin(_substitution, _STANDING_IN)
        .outerjoin(_grant, _GRANTED)
        .outerjoin(reached, reached.c.grant_id == _grant.c.id)
    )
    return (
        select(*_COLUMNS, reached.c.unit_id, *columns)
        .select_from(joined)
        .where(_account.c.id == account_id, _account.c.active)
    )


_PERSON = _with_rights(bindparam("name", type_=Uuid()), _account, _MEMBER).where(
    _account.c.kind != Kind.CLIENT.value
)
_registered: Any = _credential.alias()
_PROGRAM = _with_rights(
    select(_registered.c.account_id)
    .where(_registered.c.client_id == bindparam("name"))
    .scalar_subquery(),
    _account.join(_credential, _credential.c.account_id == _account.c.id),
    _LENT,
    _credential.c.membership_id,
    _credential.c.scopes,
    _credential.c.job_kinds,
    _credential.c.message_names,
    _credential.c.requests_per_minute,
    _credential.c.requests_per_day,
).where(
    _credential.c.client_id == bindparam("name"),
    _credential.c.revoked_at.is_(None),
    or_(_credential.c.valid_until.is_(None), _credential.c.valid_until > bindparam("moment")),
    or_(_credential.c.membership_id.is_(None), _membership.c.id.is_not(None)),
)


def found_actor(connection: Connection, actor_id: str) -> tuple[Actor, datetime | None] | None:
    """The actor of an id as of now, and since when his tokens count; None when the account is closed.

    The scopes are those that a program was registered with, None for people.
    """
    rows = _rows(connection, actor_id)
    return (_actor(actor_id, rows), rows[0].tokens_valid_from) if rows else None


def _rows(connection: Connection, actor_id: str) -> Sequence[Row[Any]]:
    sort, _, name = actor_id.partition(":")
    values = {"moment": now(), "day": today()}
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
        memberships=frozenset(
            (OrganisationRole(row.organisation_role), row.organisation_number)
            for row in rows
            if row.organisation_number
        ),
        mandates=frozenset(_mandates(rows)),
        grants=frozenset(_grants(rows)),
    )
    return _narrowed(actor, account) if "scopes" in account._fields else actor


def _mandates(rows: Sequence[Row[Any]]) -> Iterator[HeldMandate]:
    held = {row.mandate_id: row for row in rows if row.mandate_id}
    for mandate_id, row in held.items():
        scopes = frozenset(MandateScope(scope) for scope in row.mandate_scopes)
        yield HeldMandate(mandate_id, scopes, frozenset(row.mandate_services))


def _grants(rows: Sequence[Row[Any]]) -> Iterator[Grant]:
    granted = {_key(row): row for row in rows if row.grant_id}
    units: dict[UUID, set[UUID]] = {}
    for row in rows:
        if row.unit_id:
            units.setdefault(row.grant_id, set()).add(row.unit_id)
    for (grant_id, *_), row in granted.items():
        reached = frozenset(units[grant_id]) if grant_id in units else None
        queue = row.queue or row.role
        grant = Grant(Role(row.role), row.agency_id, reached, row.service, queue)
        yield from [grant] if row.granted_to == row.id else _passed_on(grant, row)


def _passed_on(grant: Grant, row: Row[Any]) -> Iterator[Grant]:
    return passed_on(
        replace(grant, in_place_of=f"account:{row.away_id}"),
        queues=row.passed_queues,
        services=row.passed_services,
        signing=row.passes_signing,
    )


def _key(row: Row[Any]) -> tuple[Any, ...]:
    """A grant of one's own comes once, that of somebody who is away once for each substitution."""
    return (row.grant_id,) if row.granted_to == row.id else (row.grant_id, row.substitution_id)


def _narrowed(actor: Actor, credential: Row[Any]) -> Actor:
    """A program does what it was registered for; one of an organisation applies for that alone."""
    lent = credential.membership_id is not None
    return replace(
        actor,
        grants=frozenset({Grant(Role.APPLICANT)}) if lent else actor.grants,
        stands_for=credential.member_id if lent else None,
        scopes=frozenset(credential.scopes),
        job_kinds=frozenset(credential.job_kinds),
        message_names=frozenset(credential.message_names),
        requests_per_minute=credential.requests_per_minute,
        requests_per_day=credential.requests_per_day,
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
