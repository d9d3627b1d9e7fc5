"""Asking about dossiers: the sample service under other rules, and who asks, grants and denies."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

import workflows
from commands.sample.application import SERVICE
from commands.sample.dossiers import _actor
from core.clock import now
from core.database import db, transaction
from dossiers import operations, queries
from dossiers.models import Dossier
from dossiers.requests import operations as requesting
from dossiers.requests.models import DossierRequest
from dossiers.requests.operations.supplements import Asking, Defect
from workflows.operations import deploy_pack
from workflows.pack import ServicePack, read_pack

PACK = Path(workflows.__file__).parent / "catalogue" / SERVICE
LABEL = Defect("document:instructions", "Nhãn không có tên thiết bị", "Nộp nhãn đầy đủ", "Điều 26")
NAME = Defect("organisation_name", "Tên khác đăng ký kinh doanh", "Sửa theo đăng ký")


def under(rules: Mapping[str, Any], settings: Mapping[str, Any] | None = None) -> None:
    """Deploy the sample service with these rules about requests in place of its own."""
    pack = read_pack(PACK)
    manifest = yaml.safe_load(pack.file("service.yaml"))
    manifest["requests"] = {**manifest["requests"], **rules}
    manifest["requests"] = {k: v for k, v in manifest["requests"].items() if v is not None}
    for name, value in (settings or {}).items():
        manifest["settings"][name]["value"] = value
    text = yaml.safe_dump(manifest, allow_unicode=True).encode()
    with transaction():
        deploy_pack(ServicePack({**pack.files, "service.yaml": text}), by="system")


def who(login: str) -> Any:
    """One of the people of the demo, who has just proven who he is."""
    return replace(_actor(login), proven_at=now())


def do_task(dossier: Dossier, login: str, answers: Mapping[str, Any], **more: Any) -> None:
    """Complete the task of the dossier that waits for somebody."""
    actor = who(login)
    db.session.rollback()
    (item,) = (
        each for each in queries.tasks(visible_to=actor) if each.proceeding.dossier_id == dossier.id
    )
    with transaction():
        token = operations.claim_task(item.task.id, actor=actor)
        operations.complete_task(
            item.task.id, answers, actor=actor, language="vi", token=token, **more
        )


def ask_for(dossier: Dossier, *defects: Defect, basis: str = "", login: str = "motcua") -> None:
    """Ask for a supplement from the desk."""
    actor = who(login)
    db.session.rollback()
    (item,) = (
        each for each in queries.tasks(visible_to=actor) if each.proceeding.dossier_id == dossier.id
    )
    with transaction():
        token = operations.claim_task(item.task.id, actor=actor)
        operations.ask_supplement(
            item.task.id, Asking(defects, basis), token=token, actor=actor, language="vi"
        )


def reply(dossier: Dossier, *done: int) -> None:
    """Answer the list."""
    do_task(dossier, "saomai", {"answer": "Đã bổ sung"}, done=done)


def receive(dossier: Dossier) -> None:
    """Let the desk take a dossier in; what the machine would do then waits."""
    do_task(dossier, "motcua", {"decision": "accept"})
    db.session.rollback()
    db.session.refresh(dossier)


def fresh(dossier: Dossier) -> Dossier:
    """As it stands now."""
    db.session.rollback()
    return db.session.get_one(Dossier, dossier.id, populate_existing=True)


def requests(dossier: Dossier) -> list[DossierRequest]:
    """All requests about it, oldest first."""
    db.session.rollback()
    query = select(DossierRequest).where(DossierRequest.dossier_id == dossier.id)
    query = query.order_by(DossierRequest.id).execution_options(populate_existing=True)
    return list(db.session.scalars(query).all())


WHY = "Tổ chức đã chuyển trụ sở"


def grant(request: DossierRequest, login: str, **more: Any) -> None:
    """Grant a request."""
    with transaction():
        requesting.grant(request.id, actor=who(login), **more)


def deny(request: DossierRequest, login: str, reason: str = "Hồ sơ đã trình ký") -> None:
    """Deny a request."""
    with transaction():
        requesting.deny(request.id, reason=reason, actor=who(login))


def withdraw(dossier: Dossier) -> DossierRequest:
    """Ask to have a dossier back; the request that this made."""
    with transaction():
        operations.withdraw(dossier.id, reason=WHY, actor=who("saomai"))
    return requests(dossier)[-1]
