"""Somebody else's authority: openssl issues, revokes, lists and answers; a few lines serve it."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONFIGURATION = """
[ca]
default_ca = authority
[authority]
dir = {folder}
database = {folder}/index.txt
new_certs_dir = {folder}
serial = {folder}/serial
crlnumber = {folder}/crlnumber
certificate = {folder}/root.pem
private_key = {folder}/root.key
default_md = sha256
default_startdate = 20250101000000Z
default_days = 3650
default_crl_days = 7
policy = any
unique_subject = no
[any]
countryName = optional
organizationName = optional
organizationIdentifier = optional
serialNumber = optional
commonName = supplied
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[signer]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature, nonRepudiation
extendedKeyUsage = emailProtection
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
{addresses}
[timestamps]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
{addresses}
[responder]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, OCSPSigning
noCheck = yes
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""


class OpensslAuthority:
    """A root with its index of certificates; `asked` are the paths at which it was called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.faults: set[str] = set()
        self.address = ""
        for name, text in (("index.txt", ""), ("serial", "1000\n"), ("crlnumber", "01\n")):
            (folder / name).write_text(text)
        self._configure("")
        self._key("root")
        self._openssl(
            *["req", "-x509", "-new", "-key", "root.key", "-days", "3650", "-out", "root.pem"],
            *["-subj", "/CN=Foreign Root", "-config", "openssl.cnf", "-extensions", "root"],
        )

    def issue(self, name: str, subject: str, kind: str = "signer", *addresses: str) -> Path:
        """A key with its certificate in one file; it names its `list`, or its `responder`, or both."""
        told = {
            "list": f"crlDistributionPoints = URI:{self.address}/list.crl",
            "responder": f"authorityInfoAccess = OCSP;URI:{self.address}/ocsp",
        }
        self._configure("\n".join(told[each] for each in addresses))
        self._key(name)
        self._openssl(
            *["req", "-new", "-key", f"{name}.key", "-subj", subject, "-utf8"],
            *["-config", "openssl.cnf", "-out", f"{name}.csr"],
        )
        self._ca(
            "-in", f"{name}.csr", "-out", f"{name}.crt", "-extensions", kind, "-notext", "-utf8"
        )
        whole = self.folder / f"{name}.pem"
        whole.write_bytes(
            (self.folder / f"{name}.key").read_bytes() + (self.folder / f"{name}.crt").read_bytes()
        )
        return whole

    def revoke(self, name: str) -> None:
        """Revoke a certificate now."""
        self._ca("-revoke", f"{name}.crt", "-crl_reason", "keyCompromise")

    def revoked_list(self) -> bytes:
        """The list as it stands now, DER."""
        self._ca("-gencrl", "-out", "list.pem")
        return self._openssl("crl", "-in", "list.pem", "-outform", "DER")

    def answer(self, request: bytes) -> bytes:
        """The answer to an OCSP request, signed by a responder of its own."""
        if not (self.folder / "responder.pem").exists():
            self.issue("responder", "/CN=Foreign Responder", "responder")
        (self.folder / "request.der").write_bytes(request)
        self._openssl(
            *["ocsp", "-index", "index.txt", "-CA", "root.pem", "-rsigner", "responder.crt"],
            *["-rkey", "responder.key", "-reqin", "request.der", "-respout", "answer.der"],
            *["-ndays", "1"],
        )
        return (self.folder / "answer.der").read_bytes()

    def _ca(self, *arguments: str) -> None:
        self._openssl("ca", "-batch", "-config", "openssl.cnf", *arguments)

    def _key(self, name: str) -> None:
        curve = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
        self._openssl("genpkey", *curve, "-out", f"{name}.key")

    def _configure(self, addresses: str) -> None:
        text = CONFIGURATION.format(folder=self.folder, addresses=addresses)
        (self.folder / "openssl.cnf").write_text(text)

    def _openssl(self, *arguments: str) -> bytes:
        done = subprocess.run(
            ["openssl", *arguments], cwd=self.folder, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout


@contextmanager
def serving(authority: OpensslAuthority) -> Iterator[OpensslAuthority]:
    """The authority's list and responder at its address, as long as it is asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(authority.revoked_list)

        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["Content-Length"]))
            self._send(lambda: authority.answer(request))

        def _send(self, made) -> None:
            authority.asked.append(self.path)
            silent = self.path in authority.faults
            body = b"" if silent else made()
            self.send_response(503 if silent else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    authority.address = f"http://127.0.0.1:{server.server_port}"
    yield authority
    server.shutdown()
    thread.join()
    server.server_close()
