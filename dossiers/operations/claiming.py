"""Taking over a dossier of an older system that has no owner here yet: only who proves it is his.

A name, an e-mail address or the code alone gives nobody anything. Either an identity provider has told
the very identity number that stood there, or one signs for the organisation whose dossier it is.
"""

from uuid import UUID

from sqlalchemy import select, update

from accounts import policy
from accounts.actor import SIGNING, Actor
from accounts.errors import NotSignedIn
from accounts.identities import number_marks
from accounts.policy import Action
from core.database import db
from dossiers.audit import DossierTag
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
    found = db.session.execute(
        select(Dossier.id, Dossier.instance_id)
        .join(LegacyOrigin, LegacyOrigin.dossier_id == Dossier.id)
        .where(Dossier.legacy_code == code.strip(), LegacyOrigin.released_at.is_not(None))
    ).one_or_none()
    if found is None or found.instance_id is None:
        raise DossierNotFound
    engine.lock(found.instance_id)
    dossier = lock_dossier(found.id)
    if dossier.owner_id != NOBODY or not _is_of(dossier, actor):
        raise DossierNotFound
    _give(dossier, owner_id, found.instance_id)
    record(DossierTag.LEGACY_CLAIMED, dossier.id, actor=actor.id)
    return dossier


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
        engine.change_variables(
            instance_id, {"dossier": told["dossier"]}, actor="", reason="claimed"
        )
    except InstanceEnded:
        return
