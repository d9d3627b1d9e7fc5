"""Programs of an organisation: they act for it as far as the membership of their maker goes.

What a program may do is what its maker may do in the organisation now, narrowed to its scopes: it
loses with him what he loses, at once. It reaches the organisation's dossiers and nothing else.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from accounts.actor import Actor, Kind
from accounts.audit import AccountTag
from accounts.clients.errors import ClientNotFound
from accounts.clients.models import ClientUsage
from accounts.freshness import require_fresh
from accounts.models import Account, ClientCredential, Membership, MembershipState
from accounts.opaque import digest, new_secret
from accounts.policy import Action, Scope, allows, require
from accounts.representing.errors import ProgramDatesWrong, ProgramScopesWrong, TooManyPrograms
from accounts.representing.holding import hold, number_of, person, record, standing
from accounts.representing.models import Organisation
from core.clock import now
from core.database import db
from core.errors import NotFound
from core.ids import new_id

SCOPES: Final = (
    Action.DOSSIER_DRAFT,
    Action.DOSSIER_VIEW,
    Action.DOSSIER_VIEW_PERSONAL,
    Action.DOSSIER_EDIT,
    Action.DOSSIER_SUBMIT,
    Action.DOSSIER_WITHDRAW,
    Action.DOSSIER_PAY,
    Action.DOCUMENT_UPLOAD,
    Action.DOCUMENT_VIEW,
    Action.DOCUMENT_DELETE,
)
LONGEST_LIFE: Final = timedelta(days=366)
MOST: Final = 20
PER_MINUTE, PER_DAY = 120, 10_000


@dataclass(frozen=True)
class Program:
    """A program with its name, its maker's, the day of its last request, and whether it works now."""

    credential: ClientCredential
    name: str
    maker: str
    last_used: str | None
    in_force: bool


def make_program(
    number: str, name: str, scopes: Collection[Action], valid_until: datetime, *, by: Actor
) -> tuple[ClientCredential, str]:
    """Let a program act for an organisation; returns its secret too, which is not kept.

    Raises NotFound, NotAllowed, FreshProofNeeded, ProgramScopesWrong, ProgramDatesWrong,
    TooManyPrograms.
    """
    organisation = _administered(number, by)
    membership = standing(person(by), organisation.number)
    if membership is None:
        raise NotFound
    _require_givable(scopes, organisation.number, by)
    if not now() < valid_until <= now() + LONGEST_LIFE:
        raise ProgramDatesWrong
    _require_room(organisation.number)
    client_id = f"{organisation.number}-{secrets.token_hex(4)}"
    account = Account(id=new_id(), kind=Kind.CLIENT, login=client_id, display_name=name)
    db.session.add(account)
    db.session.flush()
    secret = new_secret()
    made = ClientCredential(
        id=new_id(),
        account_id=account.id,
        client_id=client_id,
        secret_hash=digest(secret),
        scopes=sorted(scopes),
        job_kinds=[],
        message_names=[],
        contact_id=membership.account_id,
        membership_id=membership.id,
        valid_until=valid_until,
        requests_per_minute=PER_MINUTE,
        requests_per_day=PER_DAY,
    )
    db.session.add(made)
    told = {"name": name, "scopes": " ".join(made.scopes), "until": valid_until.isoformat()}
    record(AccountTag.CLIENT_REGISTERED, organisation, by.id, f"client:{client_id}", **told)
    return made, secret


def change_secret(number: str, client_id: str, *, by: Actor) -> str:
    """Give a program another secret, told once; the former one and its tokens prove nothing more.

    Raises NotFound, NotAllowed, FreshProofNeeded, ClientNotFound.
    """
    organisation = _administered(number, by)
    found = _find(organisation.number, client_id)
    secret = new_secret()
    found.secret_hash = digest(secret)
    _end_tokens(found)
    subject = f"client:{client_id}"
    record(AccountTag.CLIENT_SECRET_CHANGED, organisation, by.id, subject)
    return secret


def end_program(number: str, client_id: str, *, by: Actor) -> None:
    """Let a program do nothing from now on; raises NotFound, NotAllowed, ClientNotFound."""
    organisation = _administered(number, by, fresh=False)
    _find(organisation.number, client_id).revoked_at = now()
    record(AccountTag.CLIENT_REVOKED, organisation, by.id, f"client:{client_id}")


def programs(number: str, *, visible_to: Actor) -> list[Program]:
    """The programs of an organisation that were not ended, newest first, to its administrators.

    Raises NotFound, NotAllowed.
    """
    _require_administers(number, visible_to)
    used = (
        select(func.max(ClientUsage.day))
        .where(ClientUsage.client_id == ClientCredential.client_id)
        .scalar_subquery()
    )
    maker = aliased(Account)
    rows = db.session.execute(
        select(ClientCredential, Account.display_name, Membership, maker.display_name, used)
        .join(Account, Account.id == ClientCredential.account_id)
        .join(Membership, Membership.id == ClientCredential.membership_id)
        .join(maker, maker.id == Membership.account_id)
        .where(Membership.organisation_number == number, ClientCredential.revoked_at.is_(None))
        .order_by(ClientCredential.id.desc())
    )
    return [
        Program(credential, name, maker_name, day, _works(credential, membership))
        for credential, name, membership, maker_name, day in rows
    ]


def _works(credential: ClientCredential, membership: Membership) -> bool:
    lasts = credential.valid_until is None or credential.valid_until > now()
    stays = membership.valid_until is None or membership.valid_until > now()
    active = membership.state is MembershipState.ACTIVE and membership.ended_at is None
    return lasts and stays and active


def _require_administers(number: str, by: Actor) -> None:
    subject = Scope(acting_for=number_of(number))
    if not allows(by, Action.ORGANISATION_VIEW, subject):
        raise NotFound
    require(by, Action.ORGANISATION_ADMINISTER, subject)


def _administered(number: str, by: Actor, *, fresh: bool = True) -> Organisation:
    _require_administers(number, by)
    if fresh:
        require_fresh(by)
    return hold(number_of(number))


def givable(number: str, *, to: Actor) -> list[Action]:
    """The scopes that somebody can give a program of an organisation: what he may do for it."""
    subject = Scope(acting_for=number)
    return [
        scope
        for scope in SCOPES
        if allows(to, scope, subject)
        and (scope is not Action.DOSSIER_DRAFT or allows(to, Action.DOSSIER_EDIT, subject))
    ]


def _require_givable(scopes: Collection[Action], number: str, by: Actor) -> None:
    beyond = set(scopes) - set(givable(number, to=by))
    if beyond or not scopes:
        raise ProgramScopesWrong(scopes=", ".join(sorted(beyond)))


def _require_room(number: str) -> None:
    there = (
        select(func.count())
        .select_from(ClientCredential)
        .join(Membership, Membership.id == ClientCredential.membership_id)
        .where(Membership.organisation_number == number, ClientCredential.revoked_at.is_(None))
    )
    if (db.session.scalar(there) or 0) >= MOST:
        raise TooManyPrograms


def _find(number: str, client_id: str) -> ClientCredential:
    found = db.session.scalars(
        select(ClientCredential)
        .join(Membership, Membership.id == ClientCredential.membership_id)
        .where(
            Membership.organisation_number == number,
            ClientCredential.client_id == client_id,
            ClientCredential.revoked_at.is_(None),
        )
    ).first()
    if found is None:
        raise ClientNotFound
    return found


def _end_tokens(credential: ClientCredential) -> None:
    account = db.session.get_one(Account, credential.account_id)
    account.tokens_valid_from = datetime.now(UTC)  # tokens live by the wall clock
