"""The program that checks an exported case, and the root certificate, for everybody."""

import hashlib
import io
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Response, render_template, send_file

import signing
from auditing.offline.packing import pack
from web.evidence.blueprint import offline

NAME = "motcua-verify.pyz"


@offline.get("/")
def page() -> str:
    """How an exported case is checked without this system."""
    root = signing.trust_anchor_pem()
    return render_template(
        "evidence/program.html",
        program=hashlib.sha256(_program()).hexdigest(),
        root=hashlib.sha256(root).hexdigest(),
        name=NAME,
    )


@offline.get(f"/{NAME}")
def program() -> Response:
    """The program: one file that needs Python and openssl."""
    return _saved(_program(), "application/octet-stream", NAME)


@offline.get("/root.pem")
def root() -> Response:
    """The certificate above the signatures of this installation."""
    return _saved(signing.trust_anchor_pem(), "application/x-pem-file", "root.pem")


def _saved(content: bytes, media_type: str, name: str) -> Response:
    return send_file(io.BytesIO(content), media_type, as_attachment=True, download_name=name)


@cache
def _program() -> bytes:
    with TemporaryDirectory() as folder:
        target = Path(folder) / NAME
        pack(target)
        return target.read_bytes()
