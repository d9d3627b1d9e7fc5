"""For whom a dossier is made: for oneself, for an organisation, or by a mandate of somebody else."""

from dataclasses import dataclass, replace
from uuid import UUID

from accounts import policy
from accounts.actor import Actor, MandateScope
from accounts.policy import Action, Scope
from accounts.representing.errors import MandateOver
from accounts.representing.models import Mandate
from accounts.representing.queries import is_in_force
from core.clock import now
from core.database import db
from core.errors import NotFound
from dossiers.audit import DossierTag
from dossiers.context import jurisdiction
from dossiers.errors import MandateTooNarrow
from dossiers.models import Dossier
from dossiers.operations.journal import record
from dossiers.operations.locking import lock_dossier, lock_for
from workflows.pack import ServicePack

ROUTED = "route"


@dataclass(frozen=True)
class Principal:
    """Whose a new dossier is: the owner's account, the organisation (or ""), and the mandate."""

    owner_id: UUID | None
    acting_for: str = ""
    mandate_id: UUID | None = None


def principal_of(
    actor: Actor, service_key: str, *, organisation: str = "", mandate_id: UUID | None = None
) -> Principal:
    """For whom somebody may begin a dossier of a service; raises NotFound, NotAllowed.

    A program of an organisation begins nothing but that organisation's.
    """
    if mandate_id is not None:
        return _by_mandate(actor, service_key, mandate_id)
    if actor.stands_for is not None:
        organisation = organisation or next(iter(actor.organisations))
    if organisation:
        if organisation not in actor.organisations:
            raise NotFound
        policy.require(actor, Action.DOSSIER_EDIT, Scope(acting_for=organisation))
    return Principal(actor.stands_for or actor.account_id, organisation)


def note_sender(dossier: Dossier, actor: Actor) -> None:
    """Note who sends a locked dossier; a principal who sends it himself needs no mandate for it."""
    dossier.submitted_by = actor.id
    himself = policy.allows(replace(actor, mandates=frozenset()), Action.DOSSIER_SUBMIT, dossier)
    if dossier.mandate_id is not None and himself:
        dossier.mandate_confirmed_at = now()


def take_over(dossier_id: UUID, *, actor: Actor) -> None:
    """Let the principal stand for a dossier himself whose mandate has ended: it is decided again.

    Raises DossierNotFound, NotAllowed.
    """
    dossier = lock_for(dossier_id, actor=actor, action=Action.DOSSIER_SUBMIT)
    policy.require(replace(actor, mandates=frozenset()), Action.DOSSIER_SUBMIT, dossier)
    if dossier.mandate_id is None or dossier.mandate_confirmed_at is not None:
        return
    dossier.mandate_confirmed_at = now()
    record(DossierTag.TAKEN_OVER, dossier.id, actor=actor.id)


def ended_mandate(dossier: Dossier) -> Mandate | None:
    """The mandate on which a dossier rests and which holds no longer; None when all is well."""
    if dossier.mandate_id is None or dossier.mandate_confirmed_at is not None:
        return None
    mandate = db.session.get_one(Mandate, dossier.mandate_id, populate_existing=True)
    return None if is_in_force(mandate) else mandate


def require_mandate(dossier_id: UUID, pack: ServicePack) -> None:
    """Hold a decision on a dossier whose mandate has ended, unless its process routes on that.

    Raises MandateOver.
    """
    mandate = ended_mandate(lock_dossier(dossier_id))
    if mandate is not None and pack.manifest.mandate_over != ROUTED:
        raise MandateOver(day=_last_day(mandate))


def mandate_facts(dossier: Dossier) -> dict[str, object]:
    """What a process may route on: whether there is a mandate, and whether it holds."""
    ended = ended_mandate(dossier)
    return {
        "given": dossier.mandate_id is not None,
        "in_force": dossier.mandate_id is not None and ended is None,
        "ended_on": _last_day(ended) if ended else None,
    }


def _last_day(mandate: Mandate) -> str:
    moment = mandate.revoked_at or mandate.valid_until or now()
    return jurisdiction().calendar.local_date(moment).isoformat()


def _by_mandate(actor: Actor, service_key: str, mandate_id: UUID) -> Principal:
    held = next((each for each in actor.mandates if each.id == mandate_id), None)
    if held is None:
        raise NotFound
    services = held.services or {service_key}
    if MandateScope.PREPARE not in held.scopes or service_key not in services:
        raise MandateTooNarrow
    mandate = db.session.get_one(Mandate, mandate_id)
    owner = mandate.principal_account_id or actor.account_id
    return Principal(owner, mandate.principal_organisation or "", mandate_id)
