"""Certificates, documents, the record: against the least that any such system must do."""

import hashlib
import io
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from minio import Minio

import letters
import signing
from auditing.seals.operations import seal_record
from auditing.seals.verifying import verify_record
from bench.measuring import Row, at_most, informing, interleaved, per_call
from core import audit
from core.audit import AuditTag
from core.config import Settings
from core.database import Model, db, transaction
from core.ids import new_id
from engine import run_due_jobs
from letters import qr
from storage.address import S3Address, parse_s3_url
from storage.encryption import CHUNK, DocumentKeys
from storage.folder import FolderStore
from storage.interface import DocumentStore
from storage.s3 import S3Store, http_client
from tests.servers import running_seaweedfs
from wsgi import create_app

SMALL, LARGE = 100_000, 64 * 1024 * 1024
OFTEN, SELDOM = 20, 1
EVENTS, CHAINS = 2_000, 200
PDF = "application/pdf"
AGENCY = signing.Agency("bench", "Sở Y tế")
ADDRESS = "https://motcua.example/verify/ABCD"
TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: "Giấy chứng nhận", date: datetime(year: 2026, month: 11, day: 22))
#set text(lang: "vi", size: 13pt)
= Giấy chứng nhận
#data.name \\ #table(columns: 2, ..data.lines.flatten())
#image("qr.svg", alt: "QR", width: 3cm)
"""


class BenchTag(AuditTag):
    """The one deed."""

    DONE = "bench:thing:done"


def rows() -> list[Row]:
    """All rows of this module."""
    with TemporaryDirectory() as folder, _application(Path(folder)):
        return [*certificate_rows(Path(folder)), *document_rows(Path(folder)), *record_rows()]


def certificate_rows(folder: Path) -> list[Row]:
    """Render, sign, timestamp and store one certificate; verify PDF and XML."""
    store = FolderStore(folder / "certificates", DocumentKeys([os.urandom(32)]))
    key = ec.generate_private_key(ec.SECP256R1())
    sealed = signing.seal_pdf(_rendered(0), agency=AGENCY)
    xml = signing.seal_xml(b"<KetQua><So>1</So></KetQua>", agency=AGENCY)
    numbers = iter(range(1, 10**9))

    def whole() -> None:
        pdf = signing.seal_pdf(_rendered(next(numbers)), agency=AGENCY)
        store.put(f"c/{secrets.token_hex(8)}", io.BytesIO(pdf), PDF)

    def floor() -> None:
        pdf = _rendered(next(numbers))
        key.sign(pdf, ec.ECDSA(hashes.SHA256()))
        _raw_file(folder / "raw", pdf)

    measured = interleaved(
        {
            "whole": lambda: per_call(whole, OFTEN),
            "floor": lambda: per_call(floor, OFTEN),
            "pdf": lambda: per_call(lambda: signing.verify_pdf(sealed), OFTEN),
            "xml": lambda: per_call(lambda: signing.verify_xml(xml), OFTEN),
            "raw": lambda: per_call(lambda: _raw_verification(key, sealed), OFTEN),
        }
    )
    least = "typst + raw signature + raw put"
    certificate = "one certificate: render, sign, timestamp, store"
    raw, names = measured["raw"], {"pdf": "verify a sealed PDF", "xml": "verify a sealed package"}
    return [
        at_most(certificate, measured["whole"], least, measured["whole"] / measured["floor"], 4),
        *(
            informing(name, measured[kind], "SHA-256 + raw verification", measured[kind] / raw)
            for kind, name in names.items()
        ),
    ]


def document_rows(folder: Path) -> list[Row]:
    """Put and get on a folder and on SeaweedFS, against the raw way plus the cipher."""
    keys = DocumentKeys([os.urandom(32)])
    place = FolderStore(folder / "documents", keys)
    found = _store_rows("a folder", place, _RawFolder(folder / "plain"))
    (folder / "weed").mkdir()
    with running_seaweedfs(folder / "weed") as url:
        address = parse_s3_url(url)
        found += _store_rows("SeaweedFS", S3Store(address, keys), _RawBucket(address))
    return found


def _store_rows(where: str, store: DocumentStore, raw: Any) -> list[Row]:
    found = []
    for size, name, calls in ((SMALL, "100 KB", OFTEN), (LARGE, "64 MB", SELDOM)):
        content = os.urandom(size)
        stored = store.put(f"bench/{size}", io.BytesIO(content), PDF)
        raw.put(f"bench-{size}", _encrypted(content))
        deeds: dict[str, Callable[[], object]] = {
            "put": lambda: store.put(f"bench/{size}", io.BytesIO(content), PDF),  # noqa: B023
            "raw put": lambda: raw.put(f"bench-{size}", _encrypted(content)),  # noqa: B023
            "get": lambda: _drained(store, stored.key),  # noqa: B023
            "raw get": lambda: _decrypted(raw.get(f"bench-{size}")),  # noqa: B023
        }
        timed = interleaved({each: _timed(deed, calls) for each, deed in deeds.items()})
        for deed in ("put", "get"):
            ratio = timed[deed] / timed[f"raw {deed}"]
            title = f"{deed} {name} on {where}"
            found.append(at_most(title, timed[deed], "raw SDK + cipher", ratio, 1.3))
    return found


def _timed(deed: Callable[[], object], calls: int) -> Callable[[], float]:
    return lambda: per_call(deed, calls)


def record_rows() -> list[Row]:
    """What one event costs: chained when it is written, sealed once a day, verified."""
    chains = [new_id() for _ in range(CHAINS)]
    began = perf_counter()
    with transaction():
        for number in range(EVENTS):
            chain, told = chains[number % CHAINS], {"n": number}
            audit.append(BenchTag.DONE, actor="a", subject="b", chain=chain, details=told)
    chained = (perf_counter() - began) / EVENTS
    began = perf_counter()
    seal_record()
    sealed = (perf_counter() - began) / EVENTS
    began = perf_counter()
    outcome = verify_record()
    verified = (perf_counter() - began) / outcome.events
    digest = per_call(lambda: hashlib.sha256(b"x" * 400).digest(), EVENTS)
    least = "SHA-256 of 400 bytes"
    return [
        informing("chain one event, with its row", chained, least, chained / digest),
        informing("seal the record, per event", sealed, least, sealed / digest),
        informing("verify the record, per event", verified, least, verified / digest),
    ]


def _rendered(number: int) -> bytes:
    data = {"name": f"Công ty {number}", "lines": [["Số", str(number)], ["Cấp ngày", "22/11/2026"]]}
    return letters.render(TEMPLATE, data=data, files={"qr.svg": qr.svg(ADDRESS)})


def _raw_verification(key: ec.EllipticCurvePrivateKey, content: bytes) -> None:
    signature = _SIGNATURES.setdefault(content, key.sign(content, ec.ECDSA(hashes.SHA256())))
    key.public_key().verify(signature, content, ec.ECDSA(hashes.SHA256()))


_SIGNATURES: dict[bytes, bytes] = {}


class _RawFolder:
    """Files as they are, forced to disk."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder

    def put(self, name: str, content: bytes) -> None:
        _raw_file(self._folder / name, content)

    def get(self, name: str) -> bytes:
        return (self._folder / name).read_bytes()


class _RawBucket:
    """The SDK as it is, on a bucket like ours."""

    def __init__(self, address: S3Address) -> None:
        self._client = Minio(
            address.endpoint,
            access_key=address.access_key,
            secret_key=address.secret_key,
            secure=False,
            http_client=http_client(),
        )
        self._client.make_bucket("raw", object_lock=True)

    def put(self, name: str, content: bytes) -> None:
        self._client.put_object("raw", name, io.BytesIO(content), len(content), PDF)

    def get(self, name: str) -> bytes:
        response = self._client.get_object("raw", name)
        try:
            return bytes(response.read())
        finally:
            response.close()
            response.release_conn()


def _raw_file(path: Path, content: bytes) -> None:
    unfinished = path.with_suffix(".new")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


_CIPHER = AESGCM(os.urandom(32))
_TAG = 16


def _encrypted(content: bytes) -> bytes:
    """The cipher and the digest, which every such store needs, in the same chunks."""
    hashlib.sha256(content).digest()
    pieces = (content[at : at + CHUNK] for at in range(0, len(content), CHUNK))
    return b"".join(_CIPHER.encrypt(n.to_bytes(12, "big"), p, None) for n, p in enumerate(pieces))


def _decrypted(content: bytes) -> None:
    digest, step = hashlib.sha256(), CHUNK + _TAG
    for number, at in enumerate(range(0, len(content), step)):
        nonce = number.to_bytes(12, "big")
        digest.update(_CIPHER.decrypt(nonce, content[at : at + step], None))
    digest.digest()


def _drained(store: DocumentStore, key: str) -> None:
    with store.open(key) as stream:
        while stream.read(1 << 20):
            pass


@contextmanager
def _application(folder: Path) -> Iterator[None]:
    app = create_app(Settings(data_directory=folder / "var", embedded_workers=0))
    with app.app_context():
        Model.metadata.create_all(db.engine)
        yield
        run_due_jobs(app)
        db.session.remove()
        db.engine.dispose()
