"""Deploying service packs: the only way a service or a new version of it comes into being."""

import structlog

from core.audit import AuditTag, note
from core.clock import now
from core.database import db, remembered
from engine import operations as engine
from workflows import gate
from workflows.letters.typefaces import check_typefaces
from workflows.models import Service, ServiceFile, ServiceVersion
from workflows.pack import ServicePack
from workflows.profiles import current_profile
from workflows.queries import OFFERED
from workflows.step_limits import warnings

log = structlog.get_logger(__name__)


class WorkflowTag(AuditTag):
    """room : subject : deed."""

    DEPLOYED = "workflow:service:deployed"


def deploy_pack(pack: ServicePack, *, by: str) -> ServiceVersion:
    """Check a pack and make it the version with which new dossiers begin; the same content is a no-op.

    The shapes it names and the letters of the profile are put into it, as they are today. Raises
    PackBroken or the engine's DeploymentRefused; the deployed version then goes on unchanged.
    """
    return deploy_complete(pack.with_shapes().with_letters_of(current_profile().key), by=by)


def deploy_complete(pack: ServicePack, *, by: str) -> ServiceVersion:
    """The same for a pack that has its shapes and letters, perhaps other ones than today's."""
    version = db.session.get(ServiceVersion, pack.version) or _keep(pack, by)
    offered = db.session.get(Service, pack.manifest.key)
    if offered is None:
        db.session.add(Service(key=pack.manifest.key, version=pack.version))
    elif offered.version == pack.version:
        return version
    else:
        offered.version = pack.version
    remembered().pop(OFFERED, None)
    note(
        WorkflowTag.DEPLOYED,
        actor=by,
        subject=f"service:{pack.manifest.key}",
        details={"version": pack.version},
    )
    return version


def _keep(pack: ServicePack, by: str) -> ServiceVersion:
    gate.check(pack)
    check_typefaces(pack, current_profile().languages)
    for warning in warnings(pack):
        log.warning("the service may not be meant so", service=pack.manifest.key, warning=warning)
    version = ServiceVersion(
        version=pack.version,
        service_key=pack.manifest.key,
        definition_id=engine.deploy(pack.model_files()),
        deployed_by=by,
        deployed_at=now(),
    )
    db.session.add(version)
    db.session.flush()
    db.session.add_all(
        ServiceFile(version=pack.version, path=path, content=content)
        for path, content in pack.files.items()
    )
    return version
