"""Searching the record. Every filter has an index of its own, newest first, so a page stays cheap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from heapq import merge
from itertools import islice
from typing import Any, Final, TypeAlias
from uuid import UUID

from sqlalchemy import Select, Uuid, literal, or_, select, tuple_

from accounts import policy
from accounts.actor import Actor
from accounts.audit import AccountTag
from accounts.models import Account, ClientCredential
from accounts.policy import Action, Scope
from accounts.queries import account_by_login
from auditing.errors import ChainNotFound, SubjectUnknown
from core.audit import AuditEvent
from core.clock import zone
from core.database import UtcDateTime, db
from dossiers.looks import LOOKS
from dossiers.models import Dossier

Place: TypeAlias = tuple[datetime, UUID]

GRANTS: Final = (
    AccountTag.ROLE_GRANTED,
    AccountTag.ROLE_REVOKED,
    AccountTag.ROLE_PROPOSED,
    AccountTag.ROLE_REFUSED,
    AccountTag.ROLE_WITHDRAWN,
)
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "looks": LOOKS,
    "grants": GRANTS,
    "refusals": (AccountTag.ACCESS_REFUSED,),
}


@dataclass(frozen=True)
class Search:
    """What is looked for; None and empty do not narrow. Days are counted, both of them.

    `tags` are alternatives; `chain` is the record of one dossier, account or other thing.
    """

    actor: str | None = None
    subject: str | None = None
    chain: UUID | None = None
    tags: tuple[str, ...] = ()
    agency_id: UUID | None = None
    first_day: date | None = None
    last_day: date | None = None

    @property
    def told(self) -> dict[str, Any]:
        """The search as it stands in the record."""
        return {name: _written(value) for name, value in vars(self).items() if value}


def events(
    search: Search, *, visible_to: Actor, after: Place | None = None, limit: int
) -> list[AuditEvent]:
    """Events that were found, newest first, behind a place in the list.

    Of several tags each is looked for by itself: one index gives each in order.
    """
    found = [
        db.session.scalars(_query(search, tag, visible_to, after).limit(limit))
        for tag in search.tags or ("",)
    ]
    newest_first = merge(*found, key=lambda each: (each.at, each.id), reverse=True)
    return list(islice(newest_first, limit))


def statement(search: Search, *, visible_to: Actor, after: Place | None = None) -> Any:
    """The statement of a search for one tag at most, for whoever asks the database how it is done."""
    return _query(search, next(iter(search.tags), ""), visible_to, after)


def written_place(event: AuditEvent) -> str:
    """The place of an event in the list, as text."""
    return f"{event.at.isoformat()}|{event.id}"


def read_place(text: str) -> Place:
    """The place that was written; raises ValueError for anything else."""
    at, _bar, last = text.partition("|")
    moment = datetime.fromisoformat(at)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment, UUID(last)


def actor_named(name: str) -> str:
    """The id of an actor by login, or as it is; raises SubjectUnknown."""
    if ":" in name or name in {"system", "anonymous"}:
        return name
    account = account_by_login(name)
    if account is not None:
        return f"account:{account.id}"
    client = select(ClientCredential.id).where(ClientCredential.client_id == name)
    if db.session.scalar(client.limit(1)):
        return f"client:{name}"
    raise SubjectUnknown(name=name)


def chain_named(name: str, *, visible_to: Actor) -> UUID:
    """The record of a dossier by reference or code, or of an account by login.

    Raises SubjectUnknown for what is not there, or not for this actor.
    """
    named = or_(Dossier.reference == name, Dossier.code == name)
    seen = policy.clause(visible_to, Action.AUDIT_VIEW, Scope(agency_id=Dossier.agency_id))
    dossier = db.session.scalars(select(Dossier.id).where(named, seen)).first()
    account = None if dossier else account_by_login(name)
    if account is not None and policy.allows(
        visible_to, Action.AUDIT_VIEW, Scope(agency_id=account.agency_id)
    ):
        return account.id
    if dossier is None:
        raise SubjectUnknown(name=name)
    return dossier


def find_chain(chain: UUID, *, visible_to: Actor) -> UUID:
    """A record that has events this actor may see; raises ChainNotFound."""
    if not events(Search(chain=chain), visible_to=visible_to, limit=1):
        raise ChainNotFound
    return chain


def names_of(ids: Sequence[str]) -> dict[str, str]:
    """What people are called, by the ids of their actors, in one statement."""
    accounts = {_account_id(each): each for each in ids if each.startswith("account:")}
    rows = db.session.execute(
        select(Account.id, Account.display_name).where(Account.id.in_(accounts.keys() - {None}))
    )
    return {accounts[row.id]: row.display_name for row in rows}


def _query(search: Search, tag: str, visible_to: Actor, after: Place | None) -> Select[AuditEvent]:
    seen = policy.clause(visible_to, Action.AUDIT_VIEW, Scope(agency_id=AuditEvent.agency_id))
    query = select(AuditEvent).where(seen)
    asked = {
        AuditEvent.actor: search.actor,
        AuditEvent.subject: search.subject,
        AuditEvent.chain_id: search.chain,
        AuditEvent.agency_id: search.agency_id,
        AuditEvent.tag: tag or None,
    }
    query = query.where(*(column == value for column, value in asked.items() if value is not None))
    if search.first_day:
        query = query.where(AuditEvent.at >= _begin(search.first_day))
    if search.last_day:
        query = query.where(AuditEvent.at < _begin(search.last_day + timedelta(days=1)))
    if after:
        last = tuple_(literal(after[0], UtcDateTime()), literal(after[1], Uuid()))
        query = query.where(tuple_(AuditEvent.at, AuditEvent.id) < last)
    return query.order_by(AuditEvent.at.desc(), AuditEvent.id.desc())


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), zone()).astimezone(UTC)


def _account_id(actor: str) -> UUID | None:
    try:
        return UUID(actor.removeprefix("account:"))
    except ValueError:
        return None


def _written(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else str(value)
