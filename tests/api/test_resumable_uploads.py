"""Uploads in pieces, by the protocol tus 1.0.0, as a client of it would send them."""

import hashlib
import io
from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest

from core import clock
from core.chores import chores
from dossiers.uploads import quarantine, resuming
from engine import run_due_jobs
from storage import store
from tests.api.conftest import code_of
from tests.api.house import Answer, Caller, House
from tests.storage import files

DOSSIERS = "/api/v1/dossiers"
PIECE = "application/offset+octet-stream"
CONTENT = files.pdf(files.padded(300_000))


@pytest.fixture
def draft(house: House) -> dict[str, Any]:
    return house.owner.draft()


def begun(caller: Caller, draft: dict[str, Any], **options: Any) -> Answer:
    name, length = options.get("name", "đơn.pdf"), options.get("length", len(CONTENT))
    kind = options.get("kind", draft["missing_documents"][0])
    told = f"filename {b64encode(name.encode()).decode()},kind {b64encode(kind.encode()).decode()}"
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(length), "Upload-Metadata": told}
    address = f"{DOSSIERS}/{draft['id']}/uploads"
    return caller.client.post(address, headers={**caller.headers, **headers})


def sent(caller: Caller, address: str, offset: int, content: bytes, **more: str) -> Answer:
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset), **more}
    return caller.client.patch(
        address, data=content, content_type=PIECE, headers={**caller.headers, **headers}
    )


def offset_of(caller: Caller, address: str) -> int:
    answer = caller.client.head(address, headers={**caller.headers, "Tus-Resumable": "1.0.0"})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    return int(answer.headers["Upload-Offset"])


def in_quarantine(house: House) -> int:
    with house.app.app_context():
        return len(list(store().keys("quarantine/")))


def test_a_file_in_pieces_becomes_a_document(house: House, draft: dict[str, Any]) -> None:
    answer = begun(house.owner, draft)
    assert (answer.status_code, answer.headers["Tus-Resumable"]) == (201, "1.0.0")
    address, middle = answer.headers["Location"], 100_000
    assert "Upload-Expires" in answer.headers

    first = sent(house.owner, address, 0, CONTENT[:middle])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, str(middle))
    assert offset_of(house.owner, address) == middle
    last = sent(house.owner, address, middle, CONTENT[middle:])
    assert last.status_code == 204

    content = last.headers["Content-Location"]
    assert code_of(house.owner.get(content)) == "document-not-passed"
    with house.app.app_context():
        run_due_jobs(house.app)
    assert house.owner.get(content).data == CONTENT
    assert in_quarantine(house) == 0
    assert code_of(house.owner.get(address)) == "upload-not-found"


def test_a_piece_at_another_place_is_told_where_to_go_on(
    house: House, draft: dict[str, Any]
) -> None:
    address = begun(house.owner, draft).headers["Location"]
    sent(house.owner, address, 0, CONTENT[:1_000])

    for offset in (0, 500, 2_000):
        answer = sent(house.owner, address, offset, b"x")
        assert (answer.status_code, code_of(answer)) == (409, "upload-offset-wrong")
        assert "byte 1000" in answer.get_json()["title"]
    assert offset_of(house.owner, address) == 1_000
    assert in_quarantine(house) == 1


def test_what_came_before_the_line_broke_is_kept(house: House, draft: dict[str, Any]) -> None:
    class Breaking(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            piece = super().read(size)
            if not piece:
                raise ConnectionResetError
            return piece

    address = begun(house.owner, draft).headers["Location"]
    headers = {**house.owner.headers, "Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
    house.owner.client.patch(
        address,
        input_stream=Breaking(CONTENT[:70_000]),
        content_length=len(CONTENT),
        content_type=PIECE,
        headers=headers,
    )
    assert offset_of(house.owner, address) == 70_000


@pytest.mark.parametrize("algorithm", resuming.CHECKSUMS)
def test_a_piece_with_another_checksum_is_not_kept(
    house: House, draft: dict[str, Any], algorithm: str
) -> None:
    address, piece = begun(house.owner, draft).headers["Location"], CONTENT[:5_000]
    told = f"{algorithm} {b64encode(hashlib.new(algorithm, piece).digest()).decode()}"

    wrong = sent(house.owner, address, 0, piece[:-1] + b"x", **{"Upload-Checksum": told})
    assert (wrong.status_code, code_of(wrong)) == (460, "checksum-wrong")
    assert (offset_of(house.owner, address), in_quarantine(house)) == (0, 0)
    right = sent(house.owner, address, 0, piece, **{"Upload-Checksum": told})
    assert right.headers["Upload-Offset"] == "5000"


def test_more_than_was_announced_is_not_kept(house: House, draft: dict[str, Any]) -> None:
    address = begun(house.owner, draft, length=1_000).headers["Location"]
    answer = sent(house.owner, address, 0, CONTENT[:1_001])
    assert (answer.status_code, code_of(answer)) == (413, "file-too-large")
    assert (offset_of(house.owner, address), in_quarantine(house)) == (0, 0)


def test_what_is_plainly_no_document_is_refused_with_the_last_piece(
    house: House, draft: dict[str, Any]
) -> None:
    address = begun(house.owner, draft, length=5).headers["Location"]
    assert code_of(sent(house.owner, address, 0, b"MZ\x90\0\0")) == "file-type-not-accepted"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"length": 0}, "upload-malformed"),
        ({"length": -1}, "upload-malformed"),
        ({"length": "x"}, "upload-malformed"),
        ({"length": 10**14}, "file-too-large"),
        ({"name": "a.exe"}, "file-type-not-accepted"),
        ({"name": ""}, "file-type-not-accepted"),
        ({"kind": "poem"}, "document-type-unknown"),
    ],
)
def test_an_upload_that_could_never_end_well_is_not_begun(
    house: House, draft: dict[str, Any], options: dict[str, Any], code: str
) -> None:
    assert code_of(begun(house.owner, draft, **options)) == code


def test_another_version_of_the_protocol_is_refused(house: House, draft: dict[str, Any]) -> None:
    answer = house.owner.client.post(
        f"{DOSSIERS}/{draft['id']}/uploads",
        headers={**house.owner.headers, "Tus-Resumable": "0.2.2"},
    )
    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")


def test_an_upload_is_nobody_elses(house: House, draft: dict[str, Any]) -> None:
    address = begun(house.owner, draft).headers["Location"]
    assert code_of(begun(house.stranger, draft)) == "dossier-not-found"
    assert code_of(house.stranger.get(address)) == "upload-not-found"
    assert code_of(sent(house.stranger, address, 0, b"x")) == "upload-not-found"
    assert code_of(house.stranger.delete(address)) == "upload-not-found"


def test_an_upload_can_be_given_up(house: House, draft: dict[str, Any]) -> None:
    address = begun(house.owner, draft).headers["Location"]
    sent(house.owner, address, 0, CONTENT[:1_000])
    assert house.owner.delete(address).status_code == 204
    assert code_of(house.owner.get(address)) == "upload-not-found"
    assert in_quarantine(house) == 0


def test_only_so_many_are_open_at_once(house: House, draft: dict[str, Any]) -> None:
    addresses = [begun(house.owner, draft).headers["Location"] for _ in range(resuming.MOST_OPEN)]
    assert code_of(begun(house.owner, draft)) == "too-many-uploads"
    house.owner.delete(addresses[0])
    assert begun(house.owner, draft).status_code == 201


def test_what_is_not_finished_in_a_day_goes(house: House, draft: dict[str, Any]) -> None:
    address = begun(house.owner, draft).headers["Location"]
    sent(house.owner, address, 0, CONTENT[:1_000])
    with clock.shifted(timedelta(days=1, minutes=1)), house.app.app_context():
        assert resuming.expire() == 1
    assert in_quarantine(house) == 0
    assert code_of(house.owner.get(address)) == "upload-not-found"
    assert "expire uploads" in {each.name for each in chores(house.app).chores}


def test_of_two_pieces_at_once_one_counts(
    house: House, draft: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = begun(house.owner, draft).headers["Location"]
    put, faster = quarantine.put_piece, [True]

    def slow(*arguments: Any) -> Any:
        if faster.pop() if faster else False:
            assert sent(house.owner, address, 0, CONTENT[:500]).status_code == 204
        return put(*arguments)

    monkeypatch.setattr(quarantine, "put_piece", slow)
    assert code_of(sent(house.owner, address, 0, CONTENT[:900])) == "upload-offset-wrong"
    assert (offset_of(house.owner, address), in_quarantine(house)) == (500, 1)
