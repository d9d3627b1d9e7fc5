"""Changing accounts. Each deed is audited; deeds on an account are chained under its locked row."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from accounts import passwords
from accounts.actor import Actor, Kind, OrganisationRole, Role
from accounts.audit import AccountTag
from accounts.authentication import Authentication
from accounts.errors import AgencyExists, LoginTaken
from accounts.granting import grant_role, revoke_role
from accounts.journal import locked_account as _locked
from accounts.journal import note as _note
from accounts.journal import record as _record
from accounts.models import (
    Account,
    Agency,
    BrowserSession,
    ClientCredential,
    Membership,
)
from accounts.notices import Notice, tell
from accounts.opaque import digest, new_secret
from accounts.policy import Action, require
from accounts.queries import folded, session_of
from accounts.reach import require_place
from accounts.runtime import runtime
from accounts.tokens import AccessToken
from core import audit
from core.clock import now
from core.database import db, each_alone, transaction
from core.errors import NotFound
from core.i18n import official
from core.ids import new_id

__all__ = [
    "add_membership",
    "change_password",
    "create_account",
    "create_agency",
    "end_membership",
    "forget_ended_sessions",
    "grant_role",
    "issue_token",
    "note_refusal",
    "register_client",
    "revoke_role",
    "revoke_sessions",
    "sign_in",
    "sign_out",
]

USER_AGENT_LENGTH = 200
SESSIONS_KEPT_FOR = timedelta(days=30)


def create_account(
    login: str,
    display_name: str,
    *,
    kind: Kind,
    by: Actor,
    password: str | None = None,
    email: str | None = None,
    language: str | None = None,
    agency_id: UUID | None = None,
) -> Account:
    """Open an account. Citizens may open their own; any other kind needs an administrator.

    `agency_id` is the agency that employs somebody of the staff, None the authority as a whole.
    Raises LoginTaken, PasswordTooWeak, ActionRefused, and NotFound for a foreign agency.
    """
    if kind is Kind.STAFF:
        require_place(by, agency_id)
    elif kind is not Kind.CITIZEN:
        require(by, Action.ACCOUNT_ADMINISTER)
    account = Account(
        id=new_id(),
        kind=kind,
        login=folded(login),
        display_name=display_name,
        email=email,
        password_hash=_hashed(password, login, email, display_name),
        language=language or official(),
        agency_id=agency_id,
    )
    _insert(account, LoginTaken(login=login))
    _record(AccountTag.ACCOUNT_CREATED, account.id, by, kind=kind)
    return account


def change_password(account_id: UUID, password: str, *, by: Actor) -> None:
    """Set a new password and end every session of the account; raises PasswordTooWeak."""
    account = _locked(account_id, by)
    account.password_hash = _hashed(password, account.login, account.email, account.display_name)
    _record(AccountTag.PASSWORD_CHANGED, account_id, by)
    tell(account_id, Notice.PASSWORD_CHANGED)
    revoke_sessions(account_id, by=by)


def add_membership(
    account_id: UUID, organisation_number: str, *, by: Actor, role: str = "representative"
) -> Membership:
    """Let an account act for an organisation, known by its enterprise number; twice is once."""
    require(by, Action.ACCOUNT_ADMINISTER)
    _locked(account_id, by)
    known = db.session.scalars(
        select(Membership).where(
            Membership.account_id == account_id,
            Membership.organisation_number == organisation_number,
            Membership.ended_at.is_(None),
        )
    ).first()
    if known is not None:
        return known
    membership = Membership(
        id=new_id(),
        account_id=account_id,
        organisation_number=organisation_number,
        role=OrganisationRole(role),
        decided_by=by.id,
        decided_at=now(),
    )
    db.session.add(membership)
    _record(AccountTag.MEMBERSHIP_ADDED, account_id, by, organisation=organisation_number)
    return membership


def end_membership(account_id: UUID, organisation_number: str, *, by: Actor) -> None:
    """Let an account act for an organisation no longer; raises NotFound when it did not."""
    require(by, Action.ACCOUNT_ADMINISTER)
    _locked(account_id, by)
    ended = db.session.scalar(
        update(Membership)
        .where(
            Membership.account_id == account_id,
            Membership.organisation_number == organisation_number,
            Membership.ended_at.is_(None),
        )
        .values(ended_at=now())
        .returning(Membership.id)
    )
    if ended is None:
        raise NotFound
    _record(AccountTag.MEMBERSHIP_ENDED, account_id, by, organisation=organisation_number)


def create_agency(
    code: str,
    abbreviation: str,
    names: dict[str, str],
    *,
    by: Actor,
    valid_from: datetime | None = None,
) -> Agency:
    """Enter an agency: its code, the ending of its numbers, its official names by language.

    It is there from `valid_from`, or since ever.

    Raises AgencyExists when another one has the code or the ending.
    """
    require(by, Action.ACCOUNT_ADMINISTER)
    agency = Agency(
        id=new_id(), code=code, abbreviation=abbreviation, names=names, valid_from=valid_from
    )
    _insert(agency, AgencyExists(code=code, abbreviation=abbreviation))
    subject = f"agency:{agency.id}"
    audit.note(
        AccountTag.AGENCY_CREATED,
        actor=by.id,
        subject=subject,
        chain=agency.id,
        details={"code": code},
    )
    return agency


def register_client(
    client_id: str,
    display_name: str,
    *,
    role: Role,
    scopes: frozenset[Action],
    by: Actor,
    secret: str | None = None,
    job_kinds: Collection[str] = (),
    message_names: Collection[str] = (),
) -> str:
    """Register a program with a role in all agencies; returns its secret, which is not kept.

    An integration may work jobs of these kinds and publish messages of these names, no others.
    """
    account = create_account(client_id, display_name, kind=Kind.CLIENT, by=by)
    grant_role(account.id, role, by=by)
    secret = secret or new_secret()
    credential = ClientCredential(
        id=new_id(),
        account_id=account.id,
        client_id=client_id,
        secret_hash=digest(secret),
        scopes=sorted(scopes),
        job_kinds=sorted(job_kinds),
        message_names=sorted(message_names),
    )
    db.session.add(credential)
    _record(AccountTag.CLIENT_REGISTERED, account.id, by, client=client_id)
    return secret


def sign_in(proof: Authentication, *, user_agent: str = "") -> str:
    """Open a browser session for a proven account; returns its opaque token, new each time."""
    _store_renewed_hash(proof)
    token, moment = new_secret(), now()
    session = BrowserSession(
        id=new_id(),
        account_id=proof.account_id,
        token_hash=digest(token),
        created_at=moment,
        last_seen_at=moment,
        expires_at=moment + runtime().session_life,
        user_agent=user_agent[:USER_AGENT_LENGTH],
        assurance=proof.assurance,
        proven_at=moment,
        identity_id=proof.identity_id,
        provider_session=proof.provider_session,
    )
    db.session.add(session)
    _note(AccountTag.SIGNED_IN, proof.account_id, f"account:{proof.account_id}")
    return token


def sign_out(token: str) -> None:
    """Close one browser session; raises SessionEnded when it is over already."""
    session = session_of(token)
    session.revoked_at = now()
    _note(AccountTag.SIGNED_OUT, session.account_id, f"account:{session.account_id}")


def note_seen(token: str) -> None:
    """Let the idle time of a session that is used begin anew; a transaction of its own."""
    seen = update(BrowserSession).where(BrowserSession.token_hash == digest(token))
    with each_alone() as connection:
        connection.execute(seen.values(last_seen_at=now()))


def revoke_sessions(account_id: UUID, *, by: Actor) -> None:
    """End every browser session and access token of an account: one's own, or as administrator."""
    account = _locked(account_id, by)
    account.tokens_valid_from = datetime.now(UTC)  # tokens live by the wall clock
    db.session.execute(
        update(BrowserSession)
        .where(BrowserSession.account_id == account_id, BrowserSession.revoked_at.is_(None))
        .values(revoked_at=now())
    )
    _record(AccountTag.SESSIONS_REVOKED, account_id, by)


def forget_ended_sessions() -> None:
    """Remove the rows of browser sessions that ended long ago; the record keeps that they were.

    A chore: it opens its own transaction.
    """
    with transaction() as session:
        ended = BrowserSession.expires_at < now() - SESSIONS_KEPT_FOR
        session.execute(delete(BrowserSession).where(ended))


def issue_token(
    actor: Actor, scopes: frozenset[str], *, proof: Authentication | None = None
) -> AccessToken:
    """An access token for a proven actor, narrowed to the scopes."""
    if proof:
        _store_renewed_hash(proof)
        actor = replace(actor, assurance=proof.assurance, proven_at=now())
    token = runtime().tokens.issue(actor, scopes)
    if actor.account_id:
        _note(AccountTag.TOKEN_ISSUED, actor.account_id, actor.id)
    return token


def note_refusal(actor: Actor, *, subject: str, code: str) -> None:
    """Record that somebody was refused something; the edge calls it in a transaction of its own."""
    agencies = {each.agency_id for each in actor.grants}
    audit.note(
        AccountTag.ACCESS_REFUSED,
        actor=actor.id,
        subject=subject,
        details={"problem": code},
        agency_id=agencies.pop() if len(agencies) == 1 else None,
    )


def _hashed(password: str | None, login: str, *about: str | None) -> str | None:
    """None for an account that gets no password."""
    if password is None:
        return None
    site = (urlsplit(runtime().public_url).hostname, *runtime().password_words)
    return passwords.hashed(password, login=login, about=(*about, *site))


def _insert(row: Account | Agency, taken: LoginTaken | AgencyExists) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        raise taken from error


def _store_renewed_hash(proof: Authentication) -> None:
    if proof.renewed_hash:
        db.session.execute(
            update(Account)
            .where(Account.id == proof.account_id)
            .values(password_hash=proof.renewed_hash)
        )
