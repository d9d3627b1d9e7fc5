"""What is kept about the person himself: account, identities, sessions, organisations, mandates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from accounts import second_factor
from accounts.actor import Actor
from accounts.identities import identities, number_of
from accounts.models import Account, Agency, BrowserSession, Membership, RoleGrant
from accounts.representing.models import Mandate
from accounts.representing.queries import organisation_name
from core.audit import AuditEvent
from core.database import db
from core.i18n import pick, translated
from dossiers.holdings.models import Holding
from dossiers.holdings.queries import holdings
from dossiers.privacy.copying import words
from dossiers.privacy.copying.pages import Section, link
from storage.inspection.names import safe_name

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Told:
    """One file of JSON, and the section of the first page that shows the same."""

    name: str
    content: Any
    section: Section


def account_of(account: Account) -> Told:
    """Who he is to us."""
    codes = second_factor.recovery_codes_left(account.id)
    enrolled = second_factor.is_enrolled(account.id)
    content = {
        "id": account.id,
        "name": account.display_name,
        "login": account.login,
        "email": account.email,
        "language": account.language,
        "opened_at": account.created_at,
        "authenticator": enrolled,
        "recovery_codes_left": codes,
    }
    rows = [
        (translated(words.NAME), account.display_name),
        (translated(words.LOGIN), account.login),
        (translated(words.EMAIL), account.email or "–"),
        (translated(words.LANGUAGE), account.language),
        (translated(words.OPENED), words.moment(account.created_at)),
        (translated(words.AUTHENTICATOR), translated(words.YES if enrolled else words.NO)),
        (translated(words.CODES_LEFT), str(codes)),
    ]
    return Told("account", content, Section(translated(words.ACCOUNT), rows))


def identities_of(account_id: UUID) -> Told:
    """Who he is to identity providers."""
    content: Rows = [
        {
            "provider": each.provider,
            "subject": each.subject,
            "number": number_of(each),
            "since": each.created_at,
            "last_used_at": each.last_used_at,
        }
        for each in identities(account_id)
    ]
    columns = (words.PROVIDER, words.KNOWN_AS, words.NUMBER, words.SINCE, words.LAST_USED)
    return _table("identities", words.IDENTITIES, columns, content)


def sessions_of(account_id: UUID) -> Told:
    """The browsers in which he is or lately was signed in."""
    found = db.session.scalars(
        select(BrowserSession)
        .where(BrowserSession.account_id == account_id)
        .order_by(BrowserSession.created_at.desc())
    )
    content: Rows = [
        {
            "browser": each.user_agent,
            "since": each.created_at,
            "last_seen_at": each.last_seen_at,
            "until": each.revoked_at or each.expires_at,
        }
        for each in found
    ]
    columns = (words.BROWSER, words.SINCE, words.LAST_SEEN, words.UNTIL)
    return _table("sessions", words.SESSIONS, columns, content)


def memberships_of(account_id: UUID) -> Told:
    """His parts in organisations, those that ended too."""
    found = db.session.scalars(select(Membership).where(Membership.account_id == account_id))
    content: Rows = [
        {
            "organisation": _organisation(each.organisation_number),
            "role": words.role_name(each.role),
            "state": words.state_name(each.state),
            "since": each.valid_from or each.asked_at,
            "until": each.ended_at or each.valid_until,
        }
        for each in found
    ]
    columns = (words.ORGANISATION, words.ROLE, words.STATE, words.SINCE, words.UNTIL)
    return _table("memberships", words.MEMBERSHIPS, columns, content)


def mandates_of(account_id: UUID) -> Told:
    """Mandates that he gave or holds; the other side is named only if it is an organisation."""
    party = or_(Mandate.agent_account_id == account_id, Mandate.principal_account_id == account_id)
    content: Rows = [
        {
            "side": translated(
                words.AGENT if each.agent_account_id == account_id else words.PRINCIPAL
            ),
            "organisation": each.principal_organisation or "",
            "actions": ", ".join(each.actions),
            "since": each.valid_from,
            "until": each.revoked_at or each.valid_until,
        }
        for each in db.session.scalars(select(Mandate).where(party))
    ]
    columns = (words.SIDE, words.ORGANISATION, words.FOR_WHAT, words.SINCE, words.UNTIL)
    return _table("mandates", words.MANDATES, columns, content)


def kept_files(actor: Actor) -> list[tuple[str, Holding]]:
    """What the store keeps for him and his organisations, with the names of the files in the copy."""
    return [
        (f"store/{number:04d}-{safe_name(each.file_name)}", each)
        for number, each in enumerate(holdings(visible_to=actor, limit=10_000), 1)
    ]


def holdings_of(kept: Sequence[tuple[str, Holding]]) -> Told:
    """The documents of the store, each with its file."""
    content: Rows = [
        {
            "type": each.document_type,
            "number": each.number,
            "issuer": each.issuer,
            "until": each.valid_until,
            "organisation": each.acting_for,
            "file": name,
        }
        for name, each in kept
    ]
    columns = (words.KIND, words.PAPER, words.ISSUER, words.UNTIL, words.ORGANISATION, words.FILE)
    told = _table("holdings", words.STORE, columns, content)
    rows = [
        (*row[:-1], link(name, each.file_name))
        for row, (name, each) in zip(told.section.rows, kept, strict=True)
    ]
    return replace(told, section=replace(told.section, rows=rows))


def roles_of(account_id: UUID, language: str) -> Told:
    """Roles at the authority, of staff."""
    found = db.session.execute(
        select(RoleGrant, Agency)
        .outerjoin(Agency, Agency.id == RoleGrant.agency_id)
        .where(RoleGrant.account_id == account_id)
    )
    content: Rows = [
        {
            "role": words.role_name(grant.role),
            "agency": pick(agency.names, language) if agency else "",
            "service": grant.service or "",
            "since": grant.valid_from,
            "until": grant.valid_until,
        }
        for grant, agency in found
    ]
    columns = (words.ROLE, words.AGENCY, words.SERVICE, words.SINCE, words.UNTIL)
    return _table("roles", words.ROLES, columns, content)


def deeds_of(actor: Actor, references: dict[UUID, str]) -> Iterator[dict[str, Any]]:
    """What he did, and what was done about him: when, which word of the record, about which dossier.

    Who else did it is told as the authority or the system; details stay out, others wrote them.
    """
    own = f"account:{actor.account_id}"
    about_him = or_(
        AuditEvent.actor == own,
        AuditEvent.subject == own,
        AuditEvent.chain_id == actor.account_id,
    )
    events = select(AuditEvent.at, AuditEvent.tag, AuditEvent.actor, AuditEvent.chain_id)
    ordered = events.where(about_him).order_by(AuditEvent.at, AuditEvent.id)
    for at, tag, by, chain in db.session.execute(ordered).yield_per(500):
        who = words.YOURSELF if by == own else words.SYSTEM if by == "system" else words.AUTHORITY
        yield {
            "at": at,
            "what": tag,
            "about": references.get(chain, ""),
            "by": translated(who),
        }


def _table(name: str, title: str, columns: tuple[str, ...], content: Rows) -> Told:
    rows = [tuple(_cell(value) for value in each.values()) for each in content]
    return Told(name, content, Section(translated(title), rows, tuple(map(translated, columns))))


def _organisation(number: str) -> str:
    name = organisation_name(number)
    return number if name == number else f"{number} {name}"


def _cell(value: Any) -> str:
    if hasattr(value, "astimezone"):
        return words.moment(value)
    return str(value) if value not in (None, "") else "–"
