"""Who is away, and who works for him."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select

from accounts import policy
from accounts.actor import Actor, Kind
from accounts.audit import AccountTag
from accounts.department_errors import (
    DaysOfAbsenceWrong,
    NotDelegable,
    SubstituteWrong,
)
from accounts.department_models import Substitution
from accounts.journal import locked_account, record
from accounts.models import Account
from accounts.policy import Action
from accounts.reach import administered, administers
from core.clock import now, today
from core.database import db
from core.errors import NotFound
from core.ids import new_id


@dataclass(frozen=True)
class Absence:
    """Days, both counted, and what a substitute may do; empty collections do not narrow."""

    first_day: date
    last_day: date
    queues: Collection[str] = ()
    services: Collection[str] = ()
    signing: bool = False
    reason: str = ""


def name_substitute(
    account_id: UUID, substitute_id: UUID | None, absence: Absence, *, by: Actor
) -> Substitution:
    """Note that somebody is away, and who works for him (None: nobody); it ends by itself.

    One does it for oneself, an administrator for his people; only he can pass on what is signed.
    Raises NotFound, SubstituteWrong, DaysOfAbsenceWrong, NotDelegable.
    """
    account = locked_account(account_id, by)
    if absence.last_day < max(today(), absence.first_day):
        raise DaysOfAbsenceWrong({("last_day",): [str(absence.last_day)]})
    if substitute_id is not None:
        _require_colleague(account, substitute_id)
    if absence.signing and by.account_id == account_id:
        raise NotDelegable
    named = Substitution(
        id=new_id(),
        account_id=account_id,
        substitute_id=substitute_id,
        first_day=absence.first_day,
        last_day=absence.last_day,
        queues=sorted(absence.queues),
        services=sorted(absence.services),
        signing=absence.signing,
        reason=absence.reason.strip(),
        named_by=by.id,
        named_at=now(),
    )
    db.session.add(named)
    _record(AccountTag.SUBSTITUTE_NAMED, named, by)
    return named


def end_substitution(substitution_id: UUID, *, by: Actor) -> None:
    """Let it be over now. Raises NotFound."""
    found = db.session.get(Substitution, substitution_id)
    if found is None or not _is_visible(found, by):
        raise NotFound
    locked_account(found.account_id, by)
    db.session.refresh(found)
    if found.ended_at is not None:
        raise NotFound
    found.ended_at = now()
    _record(AccountTag.SUBSTITUTE_ENDED, found, by)


def substitutions(*, visible_to: Actor) -> Sequence[Substitution]:
    """What is or will be, of oneself and of the people whom one administers, by its first day."""
    own = Substitution.account_id == visible_to.account_id
    query = select(Substitution).join(Account, Account.id == Substitution.account_id)
    seen = own
    if policy.may_ever(visible_to, Action.DEPARTMENT_ADMINISTER):
        seen = own | administered(visible_to)
    standing = Substitution.ended_at.is_(None) & (Substitution.last_day >= today())
    return db.session.scalars(query.where(seen, standing).order_by(Substitution.first_day)).all()


def colleagues(account: Account) -> Sequence[Account]:
    """Who could work for somebody: the open accounts of the same agency's staff, by name."""
    return db.session.scalars(
        select(Account)
        .where(
            Account.kind == Kind.STAFF,
            Account.active,
            Account.agency_id.is_not_distinct_from(account.agency_id),
            Account.id != account.id,
        )
        .order_by(Account.display_name)
    ).all()


def away(day: date) -> Collection[UUID]:
    """The accounts of those who are away on a day."""
    return set(db.session.scalars(select(Substitution.account_id).where(on(day))))


def on(day: date) -> ColumnElement[bool]:
    """The substitutions of a day."""
    return (
        Substitution.ended_at.is_(None)
        & (Substitution.first_day <= day)
        & (Substitution.last_day >= day)
    )


def replaced_by(actor: Actor) -> Collection[str]:
    """The ids of the actors for whom somebody works today."""
    if actor.account_id is None:
        return ()
    rows = db.session.scalars(
        select(Substitution.account_id).where(
            on(today()), Substitution.substitute_id == actor.account_id
        )
    )
    return {f"account:{each}" for each in rows}


def _require_colleague(account: Account, substitute_id: UUID) -> None:
    other = db.session.get(Account, substitute_id)
    if (
        other is None
        or other.id == account.id
        or other.kind != Kind.STAFF
        or not other.active
        or other.agency_id != account.agency_id
    ):
        raise SubstituteWrong({("substitute",): [str(substitute_id)]})


def _is_visible(found: Substitution, actor: Actor) -> bool:
    return actor.account_id == found.account_id or administers(actor, found.account_id)


def _record(tag: AccountTag, named: Substitution, by: Actor) -> None:
    details = {
        "substitute": str(named.substitute_id or ""),
        "from": str(named.first_day),
        "until": str(named.last_day),
        "queues": list(named.queues),
        "services": list(named.services),
        "signing": named.signing,
    }
    record(tag, named.account_id, by, **details)
