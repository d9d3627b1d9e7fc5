"""Reads of deployed services. A parsed version never changes, so each process keeps it."""

from functools import lru_cache

from sqlalchemy import bindparam, select

from core.database import db, remembered
from workflows.errors import ServiceUnknown
from workflows.models import Service, ServiceFile, ServiceVersion
from workflows.pack import ServicePack

OFFERED = "offered versions of services"
_OFFERED = select(Service.version).where(Service.key == bindparam("of_service"))


def services() -> list[ServicePack]:
    """The offered version of every service, by key."""
    versions = db.session.scalars(select(Service.version).order_by(Service.key))
    return [service_version(version) for version in versions]


def service(key: str) -> ServicePack:
    """The offered version of a service; raises ServiceUnknown."""
    versions: dict[str, str] = remembered().setdefault(OFFERED, {})
    if key not in versions:
        versions[key] = _offered_version(key)
    return service_version(versions[key])


def _offered_version(key: str) -> str:
    version = db.session.scalar(_OFFERED, {"of_service": key})
    if version is None:
        raise ServiceUnknown(service=key)
    return version


@lru_cache(maxsize=256)
def definition_of(version: str) -> str:
    """The engine's name for the processes of a version; raises ServiceUnknown."""
    found = db.session.get(ServiceVersion, version)
    if found is None:
        raise ServiceUnknown(service=version)
    return found.definition_id


def version_named(text: str) -> str:
    """The version that a person means: by its first letters, or the current one of a service.

    Raises ServiceUnknown when there is none, or when there are several.
    """
    offered = db.session.get(Service, text)
    if offered is not None:
        return offered.version
    beginning = ServiceVersion.version.startswith(text, autoescape=True)
    found = db.session.scalars(select(ServiceVersion.version).where(beginning).limit(2)).all()
    if len(found) != 1:
        raise ServiceUnknown(service=text)
    return found[0]


def version_running(service_key: str, definition_id: str) -> str | None:
    """The newest version of a service with these processes; several may differ in forms alone."""
    newest = (
        select(ServiceVersion.version)
        .where(
            ServiceVersion.service_key == service_key,
            ServiceVersion.definition_id == definition_id,
        )
        .order_by(ServiceVersion.deployed_at.desc(), ServiceVersion.version)
    )
    return db.session.scalars(newest.limit(1)).first()


@lru_cache(maxsize=256)
def service_version(version: str) -> ServicePack:
    """A version by its hash, offered or not; raises ServiceUnknown."""
    rows = db.session.execute(
        select(ServiceFile.path, ServiceFile.content).where(ServiceFile.version == version)
    ).all()
    if not rows:
        raise ServiceUnknown(service=version)
    return ServicePack({row.path: row.content for row in rows})
