"""Verifies what the site issued with programs that are not ours: pdfsig and xmlsec1."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

SIGNED_IDS = (
    "urn:motcua:package:1:Content",
    "http://www.w3.org/2000/09/xmldsig#:KeyInfo",
    "http://uri.etsi.org/01903/v1.3.2#:SignedProperties",
)


def missing_programs() -> list[str]:
    """Which of the two programs this machine lacks."""
    return [name for name in ("pdfsig", "xmlsec1") if shutil.which(name) is None]


def pdf_holds(file: Path, root: Path) -> bool:
    """Whether poppler finds every signature of a PDF intact and, given certutil, trusted."""
    trust = _trusting(root)
    said = _said("pdfsig", *trust, str(file))
    trusted = "Certificate is Trusted" in said or not trust
    return said.count("Signature is Valid") == said.count("Signature #") > 0 and trusted


def xml_holds(file: Path, root: Path) -> bool:
    """Whether xmlsec1 verifies a sealed package up to the root certificate."""
    ids = [word for name in SIGNED_IDS for word in ("--id-attr:Id", name)]
    said = _said("xmlsec1", "--verify", "--trusted-pem", str(root), *ids, str(file))
    return "failed" not in said and "OK" in said


def refuses_changed_copy(
    file: Path, root: Path, old: bytes, new: bytes, holds: Callable[[Path, Path], bool]
) -> bool:
    """Whether a copy in which `old` was overwritten with `new` is found out."""
    copy = file.with_name(f"changed-{file.name}")
    content = file.read_bytes()
    copy.write_bytes(content.replace(old, new, 1))
    return old in content and not holds(copy, root)


def _trusting(root: Path) -> list[str]:
    """pdfsig's options for trusting a root: it looks for it in a database of NSS."""
    if shutil.which("certutil") is None:
        return []
    folder = root.parent / "nss"
    if not folder.is_dir():
        folder.mkdir()
        database = f"sql:{folder}"
        _said("certutil", "-N", "-d", database, "--empty-password")
        _said("certutil", "-A", "-d", database, "-n", "root", "-t", "CT,C,C", "-i", str(root))
    return ["-nssdir", str(folder)]


def _said(*command: str) -> str:
    done = subprocess.run(  # noqa: S603  programs of the system, files of our own
        command, capture_output=True, check=False, timeout=60
    )
    return (done.stdout + done.stderr).decode(errors="replace")
