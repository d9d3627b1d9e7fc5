"""The browsers of an account: which are signed in, which were seen before."""

from uuid import UUID

from sqlalchemy import update

from accounts.actor import Actor
from accounts.audit import AccountTag
from accounts.authentication import Authentication
from accounts.journal import locked_account, note, record
from accounts.models import BrowserSession
from accounts.notices import Notice, tell
from accounts.opaque import digest, new_secret
from accounts.proof_models import KnownBrowser
from accounts.queries import session_of
from core.clock import now
from core.database import db
from core.errors import NotFound


def end_session(session_id: UUID, *, by: Actor, of: UUID | None = None) -> None:
    """End one browser session of one's own, or of somebody whom one administers.

    Raises NotFound for anybody else's.
    """
    account_id = of or by.account_id
    if account_id is None:
        raise NotFound
    locked_account(account_id, by)
    ended = db.session.execute(
        update(BrowserSession)
        .where(
            BrowserSession.id == session_id,
            BrowserSession.account_id == account_id,
            BrowserSession.revoked_at.is_(None),
        )
        .values(revoked_at=now())
        .returning(BrowserSession.id)
    ).first()
    if ended is None:
        raise NotFound
    record(AccountTag.SESSION_ENDED, account_id, by, session=str(session_id))


def end_sessions_of_provider(identity_id: UUID, provider_session: str | None) -> int:
    """End the sessions that an identity provider opened: one of its own sessions, or (None) all."""
    ended = update(BrowserSession).where(
        BrowserSession.identity_id == identity_id, BrowserSession.revoked_at.is_(None)
    )
    if provider_session is not None:
        ended = ended.where(BrowserSession.provider_session == provider_session)
    rows = db.session.execute(
        ended.values(revoked_at=now()).returning(BrowserSession.account_id)
    ).all()
    for row in rows:
        note(AccountTag.SIGNED_OUT, row.account_id, f"account:{row.account_id}")
    return len(rows)


def renew_proof(token: str, proof: Authentication) -> str:
    """Let a session count as freshly proven, under a new token; the former token opens nothing.

    Raises SessionEnded, and NotFound when somebody else than its owner was proven.
    """
    session = session_of(token)
    if session.account_id != proof.account_id:
        raise NotFound
    renewed = new_secret()
    session.token_hash, session.proven_at = digest(renewed), now()
    session.assurance = max(session.assurance, proof.assurance)
    note(AccountTag.PROOF_RENEWED, session.account_id, f"account:{session.account_id}")
    return renewed


def meet(account_id: UUID, mark: str | None, *, user_agent: str) -> str:
    """Remember a browser by its mark; returns the mark to keep in it.

    A browser that is new to an account which knows others is told to the owner by e-mail.
    """
    known = db.session.get(KnownBrowser, (account_id, digest(mark))) if mark else None
    if known is not None and mark:
        known.last_seen_at = now()
        return mark
    if _knows_any(account_id):
        tell(account_id, Notice.NEW_BROWSER, browser=" ".join(user_agent.split())[:200])
    mark = mark if mark and len(mark) == len(new_secret()) else new_secret()
    db.session.add(KnownBrowser(account_id=account_id, mark_hash=digest(mark), last_seen_at=now()))
    return mark


def _knows_any(account_id: UUID) -> bool:
    return db.session.query(KnownBrowser).filter_by(account_id=account_id).first() is not None
