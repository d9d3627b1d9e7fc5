"""Taking a dossier's row for a change. Lock order everywhere: instance, dossier, counters."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from core.audit import begin as begin_chain
from core.database import db, remembered
from core.errors import PreconditionFailed
from dossiers.errors import DossierNotEditable, DossierNotFound
from dossiers.models import Dossier

_LOCKED = "locked dossiers"
_HELD = "held rows of dossiers"
_dossier: Any = Dossier.__table__
_LOCK = (
    select(Dossier)
    .where(Dossier.id == bindparam("of_dossier"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_HOLD = (
    select(_dossier.c.agency_id).where(_dossier.c.id == bindparam("of_dossier")).with_for_update()
)


def lock_dossier(dossier_id: UUID) -> Dossier:
    """Lock a dossier's row for this transaction and read it afresh; raises DossierNotFound.

    Asking again in the same transaction costs nothing.
    """
    locked: dict[UUID, Dossier] = remembered().setdefault(_LOCKED, {})
    if dossier_id not in locked:
        locked[dossier_id] = _locked(dossier_id)
    return locked[dossier_id]


def hold_row(dossier_id: UUID) -> UUID:
    """Lock a dossier's row without reading it all; its agency's id. Raises DossierNotFound.

    Asking again in the same transaction costs nothing, nor does it after `lock_dossier`.
    """
    locked: dict[UUID, Dossier] = remembered().get(_LOCKED, {})
    if dossier_id in locked:
        return locked[dossier_id].agency_id
    held: dict[UUID, UUID] = remembered().setdefault(_HELD, {})
    if dossier_id not in held:
        row = db.session.connection().execute(_HOLD, {"of_dossier": dossier_id}).one_or_none()
        if row is None:
            raise DossierNotFound
        held[dossier_id] = row.agency_id
    return held[dossier_id]


def hold_new(dossier: Dossier) -> None:
    """Note that this transaction made a dossier: nobody else can see it yet, so it needs no lock."""
    db.session.add(dossier)
    db.session.flush()
    begin_chain(dossier.id)
    remembered().setdefault(_LOCKED, {})[dossier.id] = dossier


def _locked(dossier_id: UUID) -> Dossier:
    found = db.session.scalars(_LOCK, {"of_dossier": dossier_id}).one_or_none()
    if found is None:
        raise DossierNotFound
    return found


def lock_for(
    dossier_id: UUID, *, actor: Actor, action: Action, version: int | None = None
) -> Dossier:
    """Lock a dossier for a deed of an actor.

    Raises DossierNotFound when the actor may not see it, NotAllowed when he may not do this, and
    PreconditionFailed when `version`, the one he saw, is not the current one.
    """
    dossier = lock_dossier(dossier_id)
    if not policy.allows(actor, Action.DOSSIER_VIEW, dossier):
        raise DossierNotFound
    policy.require(actor, action, dossier)
    if version is not None and version != dossier.version:
        raise PreconditionFailed
    return dossier


def lock_editable(
    dossier_id: UUID, *, actor: Actor, action: Action, version: int | None = None
) -> Dossier:
    """Like `lock_for`; raises DossierNotEditable once submitted, unless a supplement was asked."""
    dossier = lock_for(dossier_id, actor=actor, action=action, version=version)
    if not dossier.status.editable:
        raise DossierNotEditable
    return dossier
