"""A service may demand how well an applicant is known, and a fresh proof before a task is done."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

import workflows
from accounts.errors import AssuranceTooLow, FreshProofNeeded
from commands.sample.application import SAO_MAI, SERVICE
from commands.sample.dossiers import _actor, attach, draft
from core import clock
from core.database import transaction
from dossiers import operations, queries
from dossiers.models import DossierStatus
from workflows.operations import deploy_pack
from workflows.pack import read_pack
from workflows.queries import service

PACK = Path(workflows.__path__[0]) / "catalogue" / SERVICE
DECISION = {"decision": "supplement", "note": "Thiếu giấy chứng nhận ISO 13485"}


@pytest.fixture
def demand(installation: Flask, tmp_path: Path) -> Callable[[str], None]:
    """Offer the service with one more line in its manifest."""

    def deploy(line: str) -> None:
        folder = shutil.copytree(PACK, tmp_path / "demanding" / SERVICE)
        manifest = folder / "service.yaml"
        manifest.write_text(manifest.read_text("utf-8") + f"\n{line}\n", "utf-8")
        with transaction():
            deploy_pack(read_pack(folder), by="system")

    return deploy


def test_who_is_not_known_well_enough_cannot_send_and_keeps_the_draft(
    demand: Callable[[str], None],
):
    demand("assurance: 2")
    dossier, actor = draft("saomai", SAO_MAI), _actor("saomai")
    for kind in service(SERVICE).required_documents(SAO_MAI):
        attach(dossier, kind, actor)

    with pytest.raises(AssuranceTooLow) as caught, transaction():
        operations.submit(dossier.id, actor=actor, language="vi")
    assert caught.value.params == {"level": 2, "reached": 1}
    found = queries.find_dossier(dossier.id, visible_to=actor)
    assert found.status is DossierStatus.DRAFT

    with transaction():
        operations.submit(dossier.id, actor=replace(actor, assurance=2), language="vi")
    assert queries.find_dossier(dossier.id, visible_to=actor).status is not DossierStatus.DRAFT


def test_a_task_that_asks_for_it_is_done_with_a_fresh_proof_only(
    demand: Callable[[str], None], request: pytest.FixtureRequest
):
    demand("fresh_proof: [desk_check]")
    request.getfixturevalue("dossier_on_the_desk")
    clerk = _actor("motcua")
    (item,) = queries.tasks(visible_to=clerk)
    with transaction():
        token = operations.claim_task(item.task.id, actor=clerk)

    with pytest.raises(FreshProofNeeded), transaction():
        operations.complete_task(item.task.id, DECISION, actor=clerk, language="vi", token=token)

    proven = replace(clerk, proven_at=clock.now())
    with transaction():
        operations.complete_task(item.task.id, DECISION, actor=proven, language="vi", token=token)
