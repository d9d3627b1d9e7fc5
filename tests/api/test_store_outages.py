"""The document store stopped, slow, or lying: nothing is half done, and somebody is told."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from commands.sample.application import paper
from core.config import Settings
from core.database import db, reading, transaction
from dossiers.models import Document, Dossier
from engine import repairing, run_due_jobs
from engine.models import Job, JobState
from storage import make_store, store
from storage.address import parse_s3_url
from storage.errors import DocumentDamaged
from tests.api.conftest import code_of
from tests.api.house import House
from tests.middleman import Middleman, relaying
from tests.servers import running_seaweedfs
from tests.storage import files

DOSSIERS = "/api/v1/dossiers"


@pytest.fixture(scope="module")
def seaweedfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_seaweedfs(tmp_path_factory.mktemp("weed")) as url:
        yield url


@pytest.fixture
def relay(house: House, settings: Settings, seaweedfs: str) -> Iterator[Middleman]:
    """The house with its documents in a real store, behind somebody who may stop it."""
    endpoint = parse_s3_url(seaweedfs).endpoint
    with relaying(int(endpoint.rpartition(":")[2])) as between:
        there = replace(settings, documents_url=seaweedfs.replace(endpoint, between.address))
        house.app.extensions["motcua.storage"] = make_store(there)
        yield between
        between.down, between.change = False, None
        with house.app.app_context():
            for key in list(store().keys()):
                store().delete(key)


def kept(house: House) -> list[str]:
    """Where the files of all documents are."""
    with house.app.app_context(), reading() as session:
        return list(session.scalars(select(Document.storage_key).order_by(Document.id)))


def incidents(house: House) -> list[Any]:
    with house.app.app_context():
        run_due_jobs(house.app)
        with reading() as session:
            return list(session.execute(select(Job.kind, Job.id, Job.instance_id, Job.last_error)
                .where(Job.state == JobState.INCIDENT)))  # fmt: skip


def all_read(house: House) -> bool:
    """Whether every document that is known has its file."""
    with house.app.app_context(), reading() as session:
        for each in session.scalars(select(Document)):
            with store().open(each.storage_key, sha256=each.sha256) as stream:
                assert len(stream.read()) == each.size
    return True


def test_a_store_that_is_stopped_refuses_the_upload_and_keeps_no_trace(
    house: House, relay: Middleman
) -> None:
    draft = house.owner.draft()
    kind = draft["missing_documents"][0]
    relay.down = True
    answer = house.owner.upload(draft["id"], kind, paper(kind))
    assert (answer.status_code, code_of(answer)) == (503, "document-store-unavailable")
    assert kept(house) == []

    relay.down = False
    assert house.owner.upload(draft["id"], kind, paper(kind)).status_code == 201
    assert all_read(house)


def test_a_store_that_is_stopped_makes_the_sending_wait(house: House, relay: Middleman) -> None:
    draft = house.owner.complete_draft()
    address = f"{DOSSIERS}/{draft['id']}/submit"
    relay.down = True
    waits = house.owner.post(address)
    assert (waits.status_code, code_of(waits)) == (503, "document-store-unavailable")
    assert house.owner.get(f"{DOSSIERS}/{draft['id']}").get_json()["status"] == "draft"

    relay.down = False
    assert house.owner.post(address).status_code == 200
    assert all_read(house)


def test_a_slow_store_is_waited_for(house: House, relay: Middleman) -> None:
    relay.delay = 0.3
    draft = house.owner.draft()
    kind = draft["missing_documents"][0]
    assert house.owner.upload(draft["id"], kind, paper(kind)).status_code == 201
    assert len(kept(house)) == 1


def test_no_case_is_sent_without_its_files(house: House, relay: Middleman) -> None:
    draft = house.owner.complete_draft()
    lost = kept(house)[0]
    with house.app.app_context():
        store().delete(lost)

    refused = house.owner.post(f"{DOSSIERS}/{draft['id']}/submit")

    assert code_of(refused) == "document-missing"
    assert house.owner.get(f"{DOSSIERS}/{draft['id']}").get_json()["status"] == "draft"
    ((kind, _job, dossier_id, message),) = incidents(house)
    assert (kind, str(dossier_id)) == ("document.verify", draft["id"])
    assert lost in message
    assert not relay.down


def test_a_store_that_lies_about_one_byte_is_an_incident_until_it_tells_the_truth(
    house: House, relay: Middleman
) -> None:
    draft = house.owner.draft()
    kind = draft["missing_documents"][0]
    told = house.owner.upload(draft["id"], kind, files.picture("PNG", (300, 200)), name="a.png")
    address = f"/api/v1/documents/{told.get_json()['id']}/content"
    relay.change = flipped

    with pytest.raises(DocumentDamaged):
        assert house.owner.get(address).data

    ((kind, job_id, instance_id, message),) = incidents(house)
    assert (kind, "damaged" in message) == ("document.verify", True)
    relay.change = None
    with house.app.app_context():
        with reading():
            assert db.session.get_one(Dossier, instance_id)
        retry(instance_id, job_id)
    assert incidents(house) == []
    assert house.owner.get(address).status_code == 200


def flipped(piece: bytes) -> bytes:
    """The same piece with another last byte, where it is no head of an answer alone."""
    if piece.endswith(b"\r\n\r\n"):
        return piece
    return piece[:-1] + bytes([piece[-1] ^ 1])


def retry(instance_id: Any, job_id: Any) -> None:
    with transaction():
        repairing.retry_incident(instance_id, job_id)


def test_a_byte_flipped_on_disk_is_an_incident(house: House, settings: Settings) -> None:
    draft = house.owner.draft()
    kind = draft["missing_documents"][0]
    told = house.owner.upload(draft["id"], kind, paper(kind)).get_json()
    (stored,) = Path(settings.data_directory / "documents" / "dossiers").rglob("*@")
    content = bytearray(stored.read_bytes())
    content[-1] ^= 1
    stored.write_bytes(content)

    with pytest.raises(DocumentDamaged):
        assert house.owner.get(f"/api/v1/documents/{told['id']}/content").data
    assert [each.kind for each in incidents(house)] == ["document.verify"]
