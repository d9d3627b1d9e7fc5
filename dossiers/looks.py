"""Recording who looked at what, and what for: plain rows that a job chains later, without a lock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import select

from accounts import policy
from accounts.actor import SYSTEM, Actor, Kind, Role
from accounts.models import Account
from accounts.policy import WORKERS, Action
from core.audit import SYSTEM_CHAIN, AuditEvent, note
from core.database import db, transaction
from dossiers.audit import DossierTag
from dossiers.context import jurisdiction
from dossiers.models import Document, Dossier, Proceeding


class Purpose(StrEnum):
    """What a look is for, as the right tells by which it was allowed."""

    OWN = "own"
    HANDLING = "handling"
    AUDIT = "audit"
    OPERATION = "operation"
    PROCESS = "process"
    CLAIM = "claim"
    OTHER = "other"


LOOKS: Final = (
    DossierTag.VIEWED,
    DossierTag.DOCUMENT_READ,
    DossierTag.PROCESS_READ,
    DossierTag.UNMASKED,
    DossierTag.CONFIDENTIAL_READ,
    DossierTag.REGISTER_ASKED,
)
_PERSON: Final = "account:"
_UNMASKING: Final[dict[str, Purpose]] = {Role.OPERATOR: Purpose.OPERATION}
_PURPOSES: Final = {
    **dict.fromkeys(WORKERS, Purpose.HANDLING),
    Role.AUDITOR: Purpose.AUDIT,
    Role.OPERATOR: Purpose.OPERATION,
}


@dataclass(frozen=True)
class Look:
    """A look of somebody of the authority, as the owner of the dossier is told of it.

    `role` is empty for programs and for looks of before roles were noted; `said` is the reason that
    was written down, if one had to be. `name` is empty unless the profile says that owners are told
    who it was, and for programs.
    """

    event: AuditEvent
    role: str
    purpose: str
    said: str
    name: str = ""


def note_look(dossier: Dossier, actor: Actor) -> None:
    """Record that somebody saw a dossier; applicants looking at their own drafts are no news."""
    if dossier.submitted_at is not None:
        _note(DossierTag.VIEWED, actor, f"dossier:{dossier.id}", dossier)


def note_reading(document: Document, actor: Actor) -> None:
    """Record that somebody opened a document, which was read together with its dossier."""
    _note(DossierTag.DOCUMENT_READ, actor, f"document:{document.id}", document.dossier)


def note_confidential_look(dossier: Dossier, subject: str, actor: Actor) -> None:
    """Record that somebody read what another system had said about the person of a dossier."""
    _note(DossierTag.CONFIDENTIAL_READ, actor, subject, dossier)


def note_look_inside(instance_id: UUID, actor: Actor) -> None:
    """Record that somebody saw the variables of a process: in the record of its dossier, if any."""
    about = (
        select(Dossier)
        .join(Proceeding, Proceeding.dossier_id == Dossier.id)
        .where(Proceeding.instance_id == instance_id)
    )
    dossier = db.session.scalars(about).one_or_none()
    _note(DossierTag.PROCESS_READ, actor, f"instance:{instance_id}", dossier)


def note_register_look(instance_id: UUID, register: str) -> None:
    """Record that a process asked a register, in the transaction of its job; not what it asked."""
    about = db.session.get(Proceeding, instance_id)
    note(
        DossierTag.REGISTER_ASKED,
        actor=SYSTEM.id,
        subject=f"register:{register}",
        chain=about.dossier_id if about else SYSTEM_CHAIN,
        details={
            "purpose": str(Purpose.PROCESS),
            "role": "",
            "service": about and about.service_key,
        },
        agency_id=about.agency_id if about else None,
    )


def note_claimed_look(account_id: UUID, register: str) -> None:
    """Record that a register was asked because of what an account claims; not what it was asked."""
    note(
        DossierTag.REGISTER_ASKED,
        actor=SYSTEM.id,
        subject=f"register:{register}",
        chain=account_id,
        details={"purpose": str(Purpose.CLAIM), "role": ""},
    )


def role_of(actor: Actor, dossier: Dossier) -> str:
    """The role in which somebody deals with a dossier; empty for its owner and for the system."""
    return _purpose(actor, dossier)[1]


def looks_of(dossier: Dossier, *, visible_to: Actor, limit: int) -> Sequence[Look]:
    """Who of the authority looked at a dossier, newest first, for the one whose dossier it is.

    Empty for everybody else: they are not told of each other.
    """
    if not policy.allows(visible_to, Action.DOSSIER_VIEW_PERSONAL, dossier):
        return []
    found = db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.chain_id == dossier.id, AuditEvent.tag.in_(LOOKS))
        .order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
    )
    told = (_look(each) for each in found if each.actor != f"account:{dossier.owner_id}")
    looks = [each for each in told if each.purpose != Purpose.OWN][:limit]
    return _named(looks) if jurisdiction().profile.looks_named else looks


def _look(event: AuditEvent) -> Look:
    details = event.details or {}
    known = details.get("purpose", Purpose.OTHER)
    if event.tag == DossierTag.UNMASKED:
        role = details.get("role", "")
        return Look(event, role, _UNMASKING.get(role, Purpose.HANDLING), known)
    return Look(event, details.get("role", ""), known, "")


def _named(looks: Sequence[Look]) -> Sequence[Look]:
    accounts = {
        UUID(each.event.actor.removeprefix("account:"))
        for each in looks
        if _is_a_person(each.event)
    }
    rows = db.session.execute(
        select(Account.id, Account.display_name).where(Account.id.in_(accounts))
    )
    names = {f"{_PERSON}{row.id}": row.display_name for row in rows}
    return [replace(each, name=names.get(each.event.actor, "")) for each in looks]


def _is_a_person(event: AuditEvent) -> bool:
    return event.actor.startswith("account:")


def _note(tag: DossierTag, actor: Actor, subject: str, dossier: Dossier | None) -> None:
    """Write a look in a transaction of its own; what is to be told is read before."""
    purpose, role = _purpose(actor, dossier)
    chain = dossier.id if dossier else SYSTEM_CHAIN
    agency_id = dossier.agency_id if dossier else None
    details = {"purpose": str(purpose), "role": role}
    with transaction():
        note(
            tag, actor=actor.id, subject=subject, chain=chain, details=details, agency_id=agency_id
        )


def _purpose(actor: Actor, dossier: Dossier | None) -> tuple[Purpose, str]:
    """What the look is for, and the role that allows it."""
    if actor.kind is Kind.SYSTEM:
        return Purpose.PROCESS, ""
    if dossier and policy.allows(actor, Action.DOSSIER_VIEW_PERSONAL, dossier):
        return Purpose.OWN, ""
    for role, purpose in _PURPOSES.items():
        for grant in actor.held(role):
            if dossier is None or grant.agency_id in (None, dossier.agency_id):
                return purpose, str(role)
    return Purpose.OTHER, ""
