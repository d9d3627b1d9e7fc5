"""The versions of a service, and how many processes run in each."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from core.database import db
from dossiers.models import Proceeding
from engine.models import Instance
from workflows.models import Service, ServiceVersion


@dataclass(frozen=True)
class VersionInUse:
    """A deployed version; new dossiers begin with the one that is `offered`."""

    service_key: str
    version: str
    deployed_at: datetime
    offered: bool
    running: int


def versions_in_use(*, visible_to: ColumnElement[bool]) -> list[VersionInUse]:
    """Every version that is offered or has running processes, by service, the newest first."""
    running = (
        select(func.count())
        .select_from(Proceeding)
        .join(Instance, Instance.id == Proceeding.instance_id)
        .where(
            Proceeding.service_version == ServiceVersion.version,
            Instance.ended_at.is_(None),
            visible_to,
        )
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            ServiceVersion.service_key,
            ServiceVersion.version,
            ServiceVersion.deployed_at,
            Service.version.is_not(None),
            running,
        )
        .outerjoin(Service, Service.version == ServiceVersion.version)
        .order_by(ServiceVersion.service_key, ServiceVersion.deployed_at.desc())
    )
    found = [VersionInUse(*row) for row in rows]
    return [each for each in found if each.offered or each.running]
