"""Equal content is stored once within a dossier, and nobody recognises it across dossiers."""

import io
from datetime import timedelta

import pytest
from flask import Flask

from commands.sample.application import SAO_MAI
from commands.sample.dossiers import _actor, draft
from core.clock import now
from core.database import transaction
from dossiers import operations, sweeping
from dossiers.errors import DocumentErased
from dossiers.models import Document, Dossier
from dossiers.operations.documents import (
    APPLICANT,
    StoredUpload,
    add_document,
    discard,
    keep_file,
)
from dossiers.operations.locking import lock_dossier
from dossiers.privacy.files import erase_files
from dossiers.privacy.models import LegalHold
from dossiers.sweeping import Sweeping
from storage import naming, store

CONTENT = "Hợp đồng thuê nhà".encode()


@pytest.fixture
def dossier(installation: Flask) -> Dossier:
    assert installation
    return draft("saomai", SAO_MAI)


def stored(dossier: Dossier, content: bytes = CONTENT, name: str = "a.txt") -> StoredUpload:
    return keep_file(dossier.id, name, io.BytesIO(content), "text/plain")


def attached(dossier: Dossier, upload: StoredUpload) -> Document:
    with transaction():
        locked = lock_dossier(dossier.id)
        return add_document(locked, "any", upload, origin=APPLICANT, by="system")


def files(dossier: Dossier) -> list[str]:
    return list(store().keys(f"dossiers/{dossier.id}/"))


def test_an_equal_file_of_the_same_dossier_is_stored_once(dossier: Dossier) -> None:
    first = attached(dossier, stored(dossier))
    second = attached(dossier, stored(dossier, name="b.txt"))
    assert files(dossier) == [first.storage_key] == [second.storage_key]
    assert first.id != second.id


def test_an_equal_file_of_another_dossier_has_another_name(dossier: Dossier) -> None:
    another = draft("saomai", SAO_MAI)
    addresses = [stored(each).storage_key.split("/") for each in (dossier, another)]
    assert addresses[0][2] != addresses[1][2]
    assert len(files(dossier)) == len(files(another)) == 1


def test_the_name_is_not_what_anybody_could_compute_of_the_content(dossier: Dossier) -> None:
    upload = stored(dossier)
    assert upload.sha256 not in upload.storage_key
    assert len(upload.storage_key.split("/")[2]) == 64


def test_naming_leaves_the_stream_where_it_stood(dossier: Dossier) -> None:
    stream = io.BytesIO(b"passed over" + CONTENT)
    stream.seek(len(b"passed over"))
    name = naming().name_of(stream, within=str(dossier.id))
    assert stream.read() == CONTENT
    assert name == stored(dossier).storage_key.split("/")[2]


def test_a_document_from_before_is_read_at_its_plain_address(dossier: Dossier) -> None:
    key = f"dossiers/{dossier.id}/0190c1de-0000-7000-8000-000000000000"
    kept = store().put(key, io.BytesIO(CONTENT), "text/plain")
    old = StoredUpload(dossier.id, "old.txt", "text/plain", kept.size, kept.sha256, key)
    document = attached(dossier, old)
    new = attached(dossier, stored(dossier))
    assert document.storage_key == key != new.storage_key
    with store().open(key, sha256=document.sha256) as stream:
        assert stream.read() == CONTENT


def test_an_upload_that_fails_takes_no_shared_file_along(dossier: Dossier) -> None:
    kept = attached(dossier, stored(dossier))
    discard(stored(dossier))
    assert files(dossier) == [kept.storage_key]


def test_an_upload_that_fails_takes_its_own_file_along(dossier: Dossier) -> None:
    discard(stored(dossier))
    assert files(dossier) == []


def test_two_that_come_at_once_share_the_first_file_and_the_other_is_swept(
    dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads = [stored(dossier), stored(dossier)]
    kept = [attached(dossier, each) for each in uploads]
    assert kept[0].storage_key == kept[1].storage_key == uploads[0].storage_key
    assert len(files(dossier)) == 2
    monkeypatch.setattr(sweeping, "OLD_ENOUGH", timedelta(days=-1))
    assert Sweeping().go_on() == 1
    assert files(dossier) == [uploads[0].storage_key]


def test_removing_one_of_two_documents_keeps_the_file_for_the_other(
    dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (attached(dossier, stored(dossier)) for _ in range(2))
    with transaction():
        operations.remove_document(first.id, actor=_actor("saomai"))
    monkeypatch.setattr(sweeping, "OLD_ENOUGH", timedelta(days=-1))
    assert Sweeping().go_on() == 0
    with store().open(second.storage_key, sha256=second.sha256) as stream:
        assert stream.read() == CONTENT


def test_a_file_that_was_erased_meanwhile_is_not_shared(dossier: Dossier) -> None:
    kept = attached(dossier, stored(dossier))
    shared = stored(dossier)
    erased(kept)
    with pytest.raises(DocumentErased):
        attached(dossier, shared)
    assert stored(dossier).fresh


def erased(document: Document) -> None:
    with transaction() as session:
        session.get_one(Document, document.id).erased_at = now()


def test_files_of_a_dossier_that_another_one_reads_stay_until_that_goes_too(
    dossier: Dossier,
) -> None:
    another = draft("saomai", SAO_MAI)
    own = attached(dossier, stored(dossier))
    shared = StoredUpload(another.id, "a", "text/plain", own.size, own.sha256, own.storage_key)
    lent = attached(another, shared)
    erased(own)
    assert erase_files(dossier.id) == 0
    erased(lent)
    assert erase_files(another.id) == 1
    assert files(dossier) == []


def test_on_legal_hold_nothing_of_a_dossier_goes(
    dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, orphan = attached(dossier, stored(dossier)), stored(dossier, b"never recorded")
    with transaction() as session:
        session.add(LegalHold(dossier_id=dossier.id, reason="x", placed_by="system"))
    erased(document)
    monkeypatch.setattr(sweeping, "OLD_ENOUGH", timedelta(days=-1))
    assert (erase_files(dossier.id), Sweeping().go_on()) == (0, 0)
    assert set(files(dossier)) == {document.storage_key, orphan.storage_key}


def test_what_a_running_process_has_stored_is_not_swept(
    dossier_on_the_desk: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = stored(dossier_on_the_desk, b"signed, and sealed tomorrow")
    monkeypatch.setattr(sweeping, "OLD_ENOUGH", timedelta(days=-1))
    assert Sweeping().go_on() == 0
    assert signed.storage_key in files(dossier_on_the_desk)
