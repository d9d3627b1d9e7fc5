"""Timestamps by an authority behind HTTP: a real one, answered by openssl on this machine."""

import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import signing
from signing import Finding
from signing.errors import TimestampUnavailable
from tests.signing.conftest import AGENCY, XML, application, page

CONFIGURATION = """
[tsa]
default_tsa = authority
[authority]
serial = {folder}/serial
signer_cert = {folder}/authority.pem
signer_key = {folder}/authority.key
certs = {folder}/root.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384
[req]
distinguished_name = name
[name]
[extensions]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
"""


class Authority:
    """openssl's own time-stamping authority (RSA), one process per request."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[str] = []
        (folder / "serial").write_text("01\n")
        (folder / "openssl.cnf").write_text(CONFIGURATION.format(folder=folder))
        self._certificate("root", "/CN=Foreign Root", "root")
        self._certificate("authority", "/CN=Foreign Timestamps", "extensions", issuer="root")

    def answer(self, request: bytes) -> tuple[int, bytes]:
        """What the authority replies to a query."""
        if self.faults:
            fault = self.faults.pop()
            return (503, b"") if fault == "down" else (200, b"this is no timestamp")
        query = self.folder / "query"
        query.write_bytes(request)
        arguments = ["ts", "-reply", "-config", "openssl.cnf", "-queryfile", str(query)]
        return 200, self._openssl(*arguments)

    def _certificate(self, name: str, subject: str, extensions: str, issuer: str = "") -> None:
        signer = ["-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key"] if issuer else []
        self._openssl(
            *["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", subject],
            *["-config", "openssl.cnf", "-extensions", extensions, "-keyout", f"{name}.key"],
            *["-out", f"{name}.pem", *signer],
        )

    def _openssl(self, *arguments: str) -> bytes:
        done = subprocess.run(
            ["openssl", *arguments], cwd=self.folder, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def url(authority: Authority) -> Iterator[str]:
    """The authority's address while it listens."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, body = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def trust(folder: Path, authority: Authority) -> None:
    roots = folder / "keys" / "timestamp-roots"
    roots.mkdir(parents=True)
    (roots / "foreign.pem").write_bytes((authority.folder / "root.pem").read_bytes())


def test_its_time_is_believed_once_its_root_is_trusted(
    url: str, authority: Authority, tmp_path: Path
):
    trust(tmp_path, authority)
    with application(tmp_path, timestamp_url=url).app_context():
        for report in (
            signing.verify_pdf(signing.seal_pdf(page(), agency=AGENCY)),
            signing.verify_xml(signing.seal_xml(XML, agency=AGENCY)),
        ):
            assert report.valid
            assert report.timestamp is not None
            assert report.timestamp.authority == "Foreign Timestamps"


def test_its_time_is_not_believed_otherwise(url: str, tmp_path: Path):
    with application(tmp_path, timestamp_url=url).app_context():
        report = signing.verify_pdf(signing.seal_pdf(page(), agency=AGENCY))
    assert report.reasons == (Finding.TIMESTAMP_WRONG,)


def test_a_root_for_timestamps_is_no_root_for_seals(url: str, authority: Authority, tmp_path: Path):
    trust(tmp_path, authority)
    with application(tmp_path).app_context():
        desk = signing.signing_desk()
        assert len(desk.anchors.signers) == 1
        assert len(desk.anchors.timestamps) == 2


@pytest.mark.parametrize("fault", ["down", "nonsense"])
def test_without_a_timestamp_nothing_is_sealed(
    url: str, authority: Authority, tmp_path: Path, fault: str
):
    with application(tmp_path, timestamp_url=url).app_context():
        authority.faults = [fault]
        with pytest.raises(TimestampUnavailable):
            signing.seal_pdf(page(), agency=AGENCY)
        authority.faults = [fault]
        with pytest.raises(TimestampUnavailable):
            signing.seal_xml(XML, agency=AGENCY)


def test_an_authority_that_is_not_there_is_named(tmp_path: Path):
    with (
        application(tmp_path, timestamp_url="http://127.0.0.1:9/").app_context(),
        pytest.raises(TimestampUnavailable),
    ):
        signing.seal_xml(XML, agency=AGENCY)
