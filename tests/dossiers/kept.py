"""Documents in the store of the sample company; the sample service says which papers are kept."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from commands.sample.application import SAO_MAI, SERVICE
from commands.sample.dossiers import _actor, attach, draft
from core.clock import now
from core.database import db, transaction
from dossiers.holdings import operations
from dossiers.holdings.models import Holding
from dossiers.holdings.operations import Particulars
from dossiers.models import Document, Dossier, DossierStatus
from workflows.queries import service

KIND, TYPE = "iso_13485", "iso-13485"
NUMBER = SAO_MAI["organisation_number"]


def finished(login: str = "saomai", acting_for: str = NUMBER) -> Document:
    """The paper of a dossier that is over."""
    begun = draft(login, SAO_MAI)
    attach(begun, KIND, _actor(login))
    with transaction():
        dossier = db.session.get_one(Dossier, begun.id)
        dossier.status, dossier.acting_for = DossierStatus.DELIVERED, acting_for
        dossier.submitted_at = dossier.received_at = dossier.finished_at = now()
        dossier.service_version = service(SERVICE).version
    of_dossier = select(Document).where(Document.dossier_id == begun.id)
    return db.session.scalars(of_dossier).one()


def keep(document: Document, login: str = "saomai", **said: Any) -> UUID:
    """Put a document into the store; returns the id that it has there."""
    kept = operations.put_copy(document)
    told = Particulars(**{"issuer": "TÜV", "number": "Q5-77", **said})
    with transaction():
        return operations.keep(document.id, kept, told, actor=_actor(login)).id


def kept(**said: Any) -> UUID:
    """A document in the store of the sample company."""
    return keep(finished(), **said)


def use(dossier: Dossier, holding_id: UUID, login: str = "saomai") -> Document:
    """Use a kept document in a draft."""
    holding = db.session.get_one(Holding, holding_id)
    copy = operations.copy_for(holding, dossier)
    with transaction():
        return operations.use(dossier.id, KIND, holding_id, copy, actor=_actor(login))
