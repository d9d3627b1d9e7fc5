"""Taking over a dossier that has no owner here yet: of an older system, or entered at the desk.

A name, an e-mail address or the code alone gives nobody anything. Either an identity provider has told
the very identity number that stood there, or one signs for the organisation whose dossier it is.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update

from accounts import policy
from accounts.actor import SIGNING, Actor
from accounts.errors import NotSignedIn
from accounts.identities import number_marks
from accounts.policy import Action
from core.clock import now
from core.database import db
from dossiers.audit import DossierTag
from dossiers.desk.models import DeskReception
from dossiers.desk.queries import reception_of
from dossiers.errors import DossierNotFound
from dossiers.models import Dossier, LegacyOrigin, Proceeding
from dossiers.operations.journal import record
from dossiers.operations.legacy import NOBODY
from dossiers.operations.locking import lock_dossier
from dossiers.operations.proceedings import first_variables
from engine import operations as engine
from engine.errors import InstanceEnded
from workflows.queries import service_version


def claim_dossier(code: str, *, actor: Actor) -> Dossier:
    """Become the owner of an unclaimed dossier, named by the code of the older system.

    Raises NotSignedIn, ActionRefused, and DossierNotFound alike for whatever is not there, not
    released, owned already or not proven to be one's own.
    """
    policy.require(actor, Action.DOSSIER_DRAFT)
    owner_id = actor.stands_for or actor.account_id
    if owner_id is None:
        raise NotSignedIn
    found = db.session.execute(_named(code.strip())).one_or_none()
    if found is None or found.instance_id is None:
        raise DossierNotFound
    engine.lock(found.instance_id)
    dossier = lock_dossier(found.id)
    taken = reception_of(dossier.id)
    mine = _is_of_desk(dossier, taken, actor) if taken else _is_of(dossier, actor)
    if dossier.owner_id != NOBODY or not mine:
        raise DossierNotFound
    if taken is not None:
        taken.claimed_at = now()
        dossier.acting_for = _organisation(dossier, actor)
    _give(dossier, owner_id, found.instance_id)
    tag = DossierTag.DESK_CLAIMED if taken else DossierTag.LEGACY_CLAIMED
    record(tag, dossier.id, actor=actor.id)
    return dossier


def _named(code: str) -> Any:
    """A dossier of an older system by its code there, or one of the desk by code or reference."""
    legacy = (Dossier.legacy_code == code) & LegacyOrigin.released_at.is_not(None)
    desk = or_(Dossier.code == code, Dossier.reference == code) & (
        DeskReception.accepted_at.is_not(None)
    )
    return (
        select(Dossier.id, Dossier.instance_id)
        .outerjoin(LegacyOrigin, LegacyOrigin.dossier_id == Dossier.id)
        .outerjoin(DeskReception, DeskReception.dossier_id == Dossier.id)
        .where(or_(legacy, desk))
    )


def _is_of_desk(dossier: Dossier, taken: DeskReception, actor: Actor) -> bool:
    """The owner's identity number, or the right to sign for the organisation: not who submitted it."""
    if _organisation(dossier, actor):
        return True
    marks = number_marks(actor.account_id) if actor.account_id is not None else frozenset()
    return taken.owner_mark is not None and taken.owner_mark in marks


def _organisation(dossier: Dossier, actor: Actor) -> str:
    number = dossier.organisation_number or ""
    return number if number in actor.organisations_as(SIGNING) else ""


def _is_of(dossier: Dossier, actor: Actor) -> bool:
    if dossier.acting_for:
        return dossier.acting_for in actor.organisations_as(SIGNING)
    origin = db.session.get_one(LegacyOrigin, dossier.id)
    return actor.account_id is not None and origin.identity_hash in number_marks(actor.account_id)


def _give(dossier: Dossier, account_id: UUID, instance_id: UUID) -> None:
    """The owner of the dossier, of its proceedings, and of what its process will ask the applicant."""
    dossier.owner_id = account_id
    mine = update(Proceeding).where(Proceeding.dossier_id == dossier.id)
    db.session.execute(mine.values(owner_id=account_id))
    told = first_variables(
        dossier, service_version(dossier.service_version), f"account:{account_id}"
    )
    try:
        engine.change_facts(instance_id, {"dossier": told["dossier"]}, actor="", reason="claimed")
    except InstanceEnded:
        return
