"""What stands between preparing a document and embedding its signature: bytes that outlive a process.

A document is prepared once; whatever signs it may answer at once, or days later to another process.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from signing.errors import PreparedDamaged


class Form(StrEnum):
    """What kind of document was prepared."""

    PDF = "pdf"
    XML = "xml"


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A document that waits for its signature by the key `kid`.

    `digest` is the SHA-256 of the bytes that the raw signature covers: 32 bytes, all that ever leaves
    for a remote signer. `document_sha256` is that of the document as it was handed in, hexadecimal:
    compare it before embedding to learn whether the document changed meanwhile. `state` holds the
    document itself, so keep it where documents are kept.
    """

    kid: str
    form: Form
    digest: bytes
    document_sha256: str
    state: bytes

    def dump(self) -> bytes:
        """All of it in bytes."""
        head = {
            "kid": self.kid,
            "form": self.form,
            "digest": self.digest.hex(),
            "document_sha256": self.document_sha256,
        }
        return framed(head, self.state)

    @classmethod
    def load(cls, content: bytes) -> "Prepared":
        """Read what `dump` wrote; raises PreparedDamaged."""
        head, state = unframed(content)
        try:
            return cls(
                kid=str(head["kid"]),
                form=Form(head["form"]),
                digest=bytes.fromhex(head["digest"]),
                document_sha256=str(head["document_sha256"]),
                state=state,
            )
        except (KeyError, ValueError, TypeError) as error:
            raise PreparedDamaged from error


def framed(head: Mapping[str, Any], body: bytes) -> bytes:
    """A line of JSON, then the body."""
    return orjson.dumps(head) + b"\n" + body


def unframed(content: bytes) -> tuple[dict[str, Any], bytes]:
    """The line and the body of `framed`; raises PreparedDamaged."""
    line, _, body = content.partition(b"\n")
    try:
        head = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise PreparedDamaged from error
    if not isinstance(head, dict):
        raise PreparedDamaged
    return head, body


def sha256(content: bytes) -> str:
    """The digest of a document, hexadecimal."""
    return hashlib.sha256(content).hexdigest()
