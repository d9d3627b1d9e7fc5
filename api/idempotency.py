"""Idempotency-Key (IETF draft of the same name): a create sent twice makes one thing.

Key, effect and answer are committed together. A second request with the same key waits at the
table's primary key until the first one is over, and is then given its answer; a failed one leaves
no trace, so it may be sent again.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import Response, json, make_response, request
from sqlalchemy import bindparam, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from api.authentication import current_actor
from api.errors import IdempotencyKeyMissing, IdempotencyKeyReused
from api.models import IdempotentAnswer
from api.parsing import MULTIPART
from core.clock import now
from core.database import db, transaction

HEADER = "Idempotency-Key"
LONGEST = 200
KEPT_FOR = timedelta(days=30)
KEPT_HEADERS = ("Location", "ETag", "Vary")
REPLAYED = "Idempotent-Replayed"

_answer: Any = IdempotentAnswer.__table__
_RESERVE = {
    dialect.__name__.rpartition(".")[2]: dialect.insert(_answer)
    .on_conflict_do_nothing()
    .returning(_answer.c.key)
    for dialect in (postgresql, sqlite)
}
_KEEP = (
    update(_answer)
    .where(_answer.c.caller == bindparam("of_caller"), _answer.c.key == bindparam("of_key"))
    .values({name: bindparam(name) for name in ("status", "headers", "body")})
)


def once(create: Callable[..., Any]) -> Callable[..., Response]:
    """Run a creating view in a transaction, at most once per caller and key."""

    @wraps(create)
    def guarded(*args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER, "")
        if not 0 < len(key) <= LONGEST or not key.isprintable():
            raise IdempotencyKeyMissing
        fingerprint = _fingerprint()
        with transaction():
            earlier = _earlier_or_reserved(key, fingerprint)
            if earlier is not None:
                return _replayed(earlier, fingerprint)
            response = make_response(create(*args, **kwargs))
            _keep(key, response)
        return response

    return guarded


def _earlier_or_reserved(key: str, fingerprint: bytes) -> IdempotentAnswer | None:
    """The answer given before; when there is none, a row of our own makes others wait."""
    caller = current_actor().id
    connection = db.session.connection()
    row = {"caller": caller, "key": key, "request_hash": fingerprint, "created_at": now()}
    if connection.execute(_RESERVE[connection.dialect.name], row).first() is not None:
        return None
    return db.session.get_one(IdempotentAnswer, (caller, key))


def _keep(key: str, response: Response) -> None:
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    row = {
        "of_caller": current_actor().id,
        "of_key": key,
        "status": response.status_code,
        "headers": headers,
        "body": response.get_json(),
    }
    db.session.connection().execute(_KEEP, row)


def _replayed(earlier: IdempotentAnswer, fingerprint: bytes) -> Response:
    if earlier.request_hash != fingerprint:
        raise IdempotencyKeyReused
    response = Response(
        json.dumps(earlier.body), earlier.status, earlier.headers, content_type="application/json"
    )
    response.headers[REPLAYED] = "true"
    return response


def forget_old_answers() -> None:
    """Forget answers that nobody can be waiting for any more."""
    with transaction() as session:
        session.execute(
            delete(IdempotentAnswer).where(IdempotentAnswer.created_at < now() - KEPT_FOR)
        )


def _fingerprint() -> bytes:
    """What makes two requests the same; parts of a multipart body, whose boundary is random."""
    digest = hashlib.sha256(f"{request.method} {request.full_path}\n".encode())
    if request.mimetype != MULTIPART:
        digest.update(request.get_data(cache=True))
        return digest.digest()
    for name, value in sorted(request.form.items(multi=True)):
        digest.update(f"{name}={value}\n".encode())
    for name, upload in sorted(request.files.items(multi=True), key=lambda item: item[0]):
        upload.stream.seek(0)
        content = hashlib.file_digest(upload.stream, "sha256")  # type: ignore[arg-type]  # a seekable binary file
        upload.stream.seek(0)
        digest.update(f"{name}={upload.filename}:{content.hexdigest()}\n".encode())
    return digest.digest()
