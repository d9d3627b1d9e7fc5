"""Which dossier a process is about: its reference and service, nothing of what people said in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select

from accounts import policy
from accounts.policy import Action
from core.database import db
from core.i18n import pick
from dossiers.models import Dossier, DossierStatus, Proceeding
from web.languages import current
from web.visitors import known_visitor
from workflows.queries import service_version


@dataclass(frozen=True)
class Case:
    """What a process is about, as far as operators need to know it."""

    reference: str
    service: str
    status: DossierStatus


def cases_of(instance_ids: Iterable[UUID]) -> dict[UUID, Case]:
    """The dossiers behind these processes; a process of no dossier is left out."""
    rows = db.session.execute(
        select(Proceeding, Dossier.status)
        .join(Dossier, Dossier.id == Proceeding.dossier_id)
        .where(
            Proceeding.instance_id.in_(list(instance_ids)),
            policy.clause(known_visitor(), Action.INSTANCE_VIEW, Proceeding),
        )
    )
    return {each.instance_id: _case(each, status) for each, status in rows}


def _case(proceeding: Proceeding, status: DossierStatus) -> Case:
    name = pick(service_version(proceeding.service_version).manifest.name, current())
    return Case(proceeding.reference, name, status)


def instances_of(reference: str) -> list[UUID]:
    """The processes about a dossier, or about an entry of the register, with this reference."""
    return list(
        db.session.scalars(
            select(Proceeding.instance_id)
            .join(Dossier, Dossier.id == Proceeding.dossier_id)
            .where(
                or_(Proceeding.reference == reference, Dossier.reference == reference),
                policy.clause(known_visitor(), Action.INSTANCE_VIEW, Proceeding),
            )
            .order_by(Proceeding.instance_id.desc())
        )
    )
