"""People whom an identity provider vouches for. An account is linked to the pair of issuer and subject.

An e-mail address or an identity number links nothing: anybody may have typed them somewhere.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from sqlalchemy import select

from accounts import operations
from accounts.actor import SYSTEM, Actor, Kind, Role
from accounts.audit import AccountTag
from accounts.authentication import Authentication
from accounts.department_errors import LastAdministrator
from accounts.errors import IdentityTaken, NotSignedIn, SignInFailed
from accounts.journal import locked_account, record
from accounts.models import Account, RoleGrant
from accounts.places import is_there
from accounts.proof_models import ExternalIdentity, ProvidedGrant
from accounts.queries import account_by_login, agency_by_code, session_of
from accounts.runtime import runtime
from core.clock import now
from core.database import db
from core.ids import new_id

_NUMBERS: Final = "identity number"


@dataclass(frozen=True)
class ProvenIdentity:
    """What a provider says of somebody who has just proven himself there.

    `roles` are pairs of a role and the code of an agency, or None for all; staff only.
    """

    provider: str
    kind: Kind
    issuer: str
    subject: str
    login: str = ""
    name: str = ""
    email: str | None = None
    number: str | None = None
    assurance: int = 1
    provider_session: str | None = None
    roles: Sequence[tuple[str, str | None]] = field(default_factory=tuple)


def prove(identity: ProvenIdentity) -> Authentication:
    """The account of an identity, opened at its first sign-in; its roles as the provider says now.

    Raises SignInFailed when the account is closed or of another kind.
    """
    link = _link_of(identity.issuer, identity.subject) or _open(identity)
    account = locked_account(link.account_id, SYSTEM)
    if not account.active or account.kind != identity.kind:
        raise SignInFailed(subject=f"account:{account.id}")
    link.last_used_at = now()
    if identity.number:
        link.sealed_number = runtime().sealer.seal(identity.number, purpose=_purpose(link.id))
        link.number_hash = number_mark(identity.number)
    if identity.kind is Kind.STAFF:
        _follow_roles(link, identity.roles)
    return Authentication(
        account.id,
        assurance=identity.assurance,
        identity_id=link.id,
        provider_session=identity.provider_session,
    )


def link(identity: ProvenIdentity, *, by: Actor) -> None:
    """Let a provider vouch for one's own account; raises IdentityTaken if it does for another's."""
    if by.account_id is None:
        raise NotSignedIn
    account = locked_account(by.account_id, by)
    known = _link_of(identity.issuer, identity.subject)
    if account.kind != identity.kind or (known and known.account_id != account.id):
        raise IdentityTaken
    if known is None:
        _add_link(account.id, identity)


def identities(account_id: UUID) -> Sequence[ExternalIdentity]:
    """Where else the owner of an account is known."""
    return db.session.scalars(
        select(ExternalIdentity)
        .where(ExternalIdentity.account_id == account_id)
        .order_by(ExternalIdentity.created_at)
    ).all()


def identity_of(issuer: str, subject: str) -> ExternalIdentity | None:
    """The link of an identity; for sign-outs that a provider reports."""
    return _link_of(issuer, subject)


def of_session(token: str) -> ExternalIdentity | None:
    """The identity that a browser session was opened with; raises SessionEnded."""
    identity_id = session_of(token).identity_id
    return db.session.get(ExternalIdentity, identity_id) if identity_id else None


def number_of(link: ExternalIdentity) -> str | None:
    """The identity number that the provider told."""
    if link.sealed_number is None:
        return None
    return runtime().sealer.open(link.sealed_number, purpose=_purpose(link.id))


def identity_numbers(account_id: UUID) -> frozenset[str]:
    """The identity numbers that providers have told of the owner of an account."""
    told = (number_of(link) for link in identities(account_id))
    return frozenset(number for number in told if number)


def number_mark(number: str) -> bytes:
    """The keyed hash by which an identity number is found, without being readable."""
    return runtime().keyed.mark(number, purpose=_NUMBERS)


def number_marks(account_id: UUID) -> frozenset[bytes]:
    """The marks, under every key, of the identity numbers that the owner of an account has proven."""
    numbers = identity_numbers(account_id)
    found = (runtime().keyed.marks(number, purpose=_NUMBERS) for number in numbers)
    return frozenset(mark for marks in found for mark in marks)


def citizen_of_number(number: str) -> UUID | None:
    """The one citizen's account of whose owner a provider told this number; None if not just one."""
    marks = runtime().keyed.marks(number, purpose=_NUMBERS)
    found = db.session.scalars(
        select(Account.id)
        .join(ExternalIdentity, ExternalIdentity.account_id == Account.id)
        .where(
            ExternalIdentity.number_hash.in_(marks),
            Account.active.is_(True),
            Account.kind == Kind.CITIZEN,
        )
        .distinct()
    ).all()
    return found[0] if len(found) == 1 else None


def _link_of(issuer: str, subject: str) -> ExternalIdentity | None:
    return db.session.scalars(
        select(ExternalIdentity).where(
            ExternalIdentity.issuer == issuer, ExternalIdentity.subject == subject
        )
    ).first()


def _open(identity: ProvenIdentity) -> ExternalIdentity:
    """An account without password: it is opened through its provider only."""
    account = operations.create_account(
        _free_login(identity), identity.name, kind=identity.kind, by=SYSTEM, email=identity.email
    )
    return _add_link(account.id, identity)


def _add_link(account_id: UUID, identity: ProvenIdentity) -> ExternalIdentity:
    link = ExternalIdentity(
        id=new_id(),
        account_id=account_id,
        provider=identity.provider,
        issuer=identity.issuer,
        subject=identity.subject,
    )
    db.session.add(link)
    record(AccountTag.IDENTITY_LINKED, account_id, SYSTEM, provider=identity.provider)
    return link


def _free_login(identity: ProvenIdentity) -> str:
    """A login that names the provider; whoever has opened a local account of that name keeps it."""
    wanted = f"{identity.login or identity.subject}@{identity.provider}"
    return wanted if account_by_login(wanted) is None else f"{new_id().hex}@{identity.provider}"


def _follow_roles(link: ExternalIdentity, roles: Sequence[tuple[str, str | None]]) -> None:
    """Grant what the groups give, end what they gave and give no more; other grants stay."""
    wanted = set(_known_roles(roles))
    held = _provided(link)
    for pair in held.keys() - wanted:
        with suppress(LastAdministrator):  # the last one stays until there is another
            operations.revoke_role(held[pair].id, by=SYSTEM)
    for role, agency_id in sorted(wanted - held.keys(), key=str):
        grant = operations.grant_role(link.account_id, role, agency_id=agency_id, by=SYSTEM)
        db.session.flush()
        db.session.add(ProvidedGrant(grant_id=grant.id, identity_id=link.id))


def _known_roles(roles: Sequence[tuple[str, str | None]]) -> Sequence[tuple[Role, UUID | None]]:
    """The roles with the ids of their agencies; one in an agency that is not there is left out."""
    known: list[tuple[Role, UUID | None]] = []
    for role, code in roles:
        agency = agency_by_code(code) if code is not None else None
        if code is None or (agency is not None and is_there(agency, now())):
            known.append((Role(role), agency.id if agency else None))
    return known


def _provided(link: ExternalIdentity) -> Mapping[tuple[Role, UUID | None], RoleGrant]:
    grants = db.session.scalars(
        select(RoleGrant)
        .join(ProvidedGrant, ProvidedGrant.grant_id == RoleGrant.id)
        .where(ProvidedGrant.identity_id == link.id, RoleGrant.valid_until.is_(None))
    ).all()
    return {(Role(grant.role), grant.agency_id): grant for grant in grants}


def _purpose(link_id: UUID) -> str:
    return f"identity number:{link_id}"
