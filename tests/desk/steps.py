"""What a clerk does for somebody at the desk, in a few words."""

import io
from dataclasses import replace
from typing import Any
from uuid import UUID

from accounts.queries import agency_by_code
from commands.sample.application import SAO_MAI, SERVICE, paper
from commands.sample.people import first_agency
from core.database import db, transaction
from dossiers import operations
from dossiers.desk import operations as desk
from dossiers.desk.models import Standing
from dossiers.desk.operations import Papers, Person, Sheets, Visit
from dossiers.models import Dossier
from tests.fees.packs import PACK
from tests.fees.steps import CLERK, actor
from workflows.operations import deploy_pack
from workflows.pack import ServicePack
from workflows.queries import service

OWNER = Person("Công ty TNHH Sao Mai", "001085000111", "Hà Nội", "0912345678")
SUBMITTER = Person("Trần Văn Nam", "001085654321", phone="0987654321")
VISIT = Visit(
    service_key=SERVICE,
    agency_id=UUID(int=0),
    receiving_agency_id=UUID(int=0),
    channel="counter",
    owner=OWNER,
    submitter=SUBMITTER,
    standing=Standing.MANDATE,
    standing_paper="Giấy ủy quyền 12/UQ ngày 20/11/2026",
    fact="654321",
)


def offer(rules: str) -> None:
    """Offer the declaration with these lines under `desk`."""
    manifest = PACK.files["service.yaml"].decode() + f"\ndesk: {rules}\n"
    with transaction():
        deploy_pack(ServicePack({**PACK.files, "service.yaml": manifest.encode()}), by="system")


def elsewhere() -> UUID:
    """The other agency of the demo."""
    found = agency_by_code("H29.16")
    assert found is not None
    return found.id


def enter(by: str = CLERK, **changed: Any) -> Dossier:
    here = first_agency().id
    visit = replace(VISIT, agency_id=here, receiving_agency_id=here)
    with transaction():
        return desk.enter(replace(visit, **changed), language="vi", by=actor(by))


def everything() -> Papers:
    """One original and two copies of each paper, seen by the clerk."""
    wanted = service(SERVICE).required_documents(SAO_MAI)
    return Papers({kind: Sheets(1, 2, compared=True) for kind in wanted})


def write_down(dossier: Dossier, papers: Papers | None = None, by: str = CLERK) -> None:
    with transaction():
        desk.write_down(
            dossier.reference,
            SAO_MAI,
            everything() if papers is None else papers,
            language="vi",
            by=actor(by),
        )


def accept(dossier: Dossier, by: str = CLERK) -> Dossier:
    with transaction():
        return desk.accept(dossier.reference, language="vi", by=actor(by))


def taken_in(**changed: Any) -> Dossier:
    """A dossier that the clerk has taken in."""
    dossier = enter(**changed)
    write_down(dossier)
    return accept(dossier)


def scan(dossier: Dossier, kind: str, by: str = CLERK) -> None:
    content = io.BytesIO(paper(kind))
    upload = operations.store_upload(dossier.id, f"{kind}.pdf", content, limit_bytes=10**6)
    with transaction():
        desk.digitise(dossier.reference, kind, upload, by=actor(by))


def fresh(row: Any) -> Any:
    db.session.rollback()
    db.session.refresh(row)
    return row
