"""What auditors do to the record is on record too: searches, checks of a chain, exports."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from auditing.audit import AuditingTag
from auditing.errors import ExportTooLarge, PurposeMissing
from auditing.searching import Place, Search, events, find_chain
from core.audit import AuditEvent, first_broken, note

MOST_IN_A_FILE: Final = 10_000


@dataclass(frozen=True)
class ChainState:
    """Whether a chain holds: the place of the first broken event, if one is; how many stand loose."""

    chain: UUID
    broken_at: int | None
    broken_event: UUID | None


def search(asked: Search, *, by: Actor, after: Place | None = None, limit: int) -> list[AuditEvent]:
    """Search the record, and note that it was searched."""
    policy.require_ever(by, Action.AUDIT_VIEW)
    _note(AuditingTag.SEARCHED, by, asked)
    return events(asked, visible_to=by, after=after, limit=limit)


def check_chain(chain: UUID, *, by: Actor) -> ChainState:
    """Go through the chain of a dossier or an account; raises ChainNotFound."""
    policy.require_ever(by, Action.AUDIT_VIEW)
    find_chain(chain, visible_to=by)
    broken = first_broken(chain)
    details = {"broken_at": broken.position if broken else None}
    subject = f"chain:{chain}"
    note(AuditingTag.CHAIN_CHECKED, actor=by.id, subject=subject, details=details)
    return ChainState(chain, broken.position if broken else None, broken.id if broken else None)


def export(asked: Search, *, purpose: str, by: Actor) -> list[AuditEvent]:
    """Everything that a search finds, for a file. Raises PurposeMissing, ExportTooLarge."""
    policy.require_ever(by, Action.AUDIT_VIEW)
    if not purpose.strip():
        raise PurposeMissing
    found = events(asked, visible_to=by, limit=MOST_IN_A_FILE + 1)
    if len(found) > MOST_IN_A_FILE:
        raise ExportTooLarge(most=MOST_IN_A_FILE)
    _note(AuditingTag.EXPORTED, by, asked, purpose=purpose.strip(), events=len(found))
    return found


def _note(tag: AuditingTag, by: Actor, asked: Search, **more: str | int) -> None:
    note(
        tag,
        actor=by.id,
        subject="record",
        details={"search": asked.told, **more},
        agency_id=asked.agency_id,
    )
