"""Having a document signed by a key that may ask a person first: outside transactions, in jobs.

Each step leaves a row, so a worker may die between any two of them; asking the signer again with the
same reference never makes a phone ring twice.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final
from uuid import UUID

from sqlalchemy import Select, select

from core.clock import now
from core.database import reading, transaction
from core.ids import new_id
from dossiers.operations.documents import keep_file
from dossiers.signatures import operations
from dossiers.signatures.models import OrderState, SignatureOrder
from engine.errors import BpmnError, NotYet
from engine.jobs.kinds import JobCall
from signing import AnyKey, port
from signing.port import Prepared
from signing.providers import provider_of
from storage import store

# The signer is asked again after a tenth of the time waited so far, within these seconds.
SOONEST, LATEST, SHARE = 5.0, 120.0, 0.1
REFUSED: Final = "signature-refused"
EXPIRED: Final = "signature-expired"
CHANGED: Final = "signature-changed"
_PREPARED: Final = "application/octet-stream"
_ENDS: Final = {
    OrderState.REFUSED: REFUSED,
    OrderState.EXPIRED: EXPIRED,
    OrderState.CHANGED: CHANGED,
}


@dataclass(frozen=True)
class Ask:
    """What is to be signed. `content` makes the document as of a moment, the same bytes each time;
    `prepare` makes the place for the signature in it. A person reads `title` before approving.
    """

    instance_id: UUID
    place: str
    dossier_id: UUID
    part: str
    key: AnyKey
    title: str
    media_type: str
    content: Callable[[datetime], bytes]
    prepare: Callable[[bytes], Prepared]


def place_of(call: JobCall) -> str:
    """The place of what a job orders for itself."""
    return f"{operations.JOB}{call.id}"


def signed(ask: Ask) -> bytes:
    """The signed document, at once or when the job is tried again.

    Raises NotYet while its signer is awaited, BpmnError (`signature-refused`, `signature-expired`,
    `signature-changed`) when there will be none, and what `signing.port` raises.
    """
    if provider_of(ask.key).answers_at_once:
        return port.signed_at_once(ask.prepare(ask.content(now())), title=ask.title)
    return embedded(asked(placed(ask)), ask)


def placed(ask: Ask) -> SignatureOrder:
    """The order of a place; the first time the document is prepared for it. Nobody is asked yet."""
    order = found(ask.instance_id, ask.place, ask.part)
    return _placed(ask) if order is None else order


def _placed(ask: Ask) -> SignatureOrder:
    moment = now()
    prepared = ask.prepare(ask.content(moment))
    kept = keep_file(ask.dossier_id, f"{ask.part}.prepared", BytesIO(prepared.dump()), _PREPARED)
    order = SignatureOrder(
        id=new_id(),
        instance_id=ask.instance_id,
        dossier_id=ask.dossier_id,
        place=ask.place,
        part=ask.part,
        kid=prepared.kid,
        form=str(prepared.form),
        title=ask.title,
        digest=prepared.digest.hex(),
        document_sha256=prepared.document_sha256,
        prepared_key=kept.storage_key,
        prepared_sha256=kept.sha256,
        made_at=moment,
    )
    with transaction() as session:
        session.add(order)
    return order_of(order.id)


def asked(order: SignatureOrder) -> SignatureOrder:
    """The order after its signer was asked how it stands, if that is not known yet."""
    if order.state is OrderState.PREPARED:
        answer = port.start(prepared_of(order), title=order.title, reference=str(order.id))
    elif order.state is OrderState.WAITING:
        answer = port.poll(order.kid, order.transaction)
    else:
        return order
    with transaction():
        operations.note_answer(order.id, answer, asked=True)
    return order_of(order.id)


def embedded(order: SignatureOrder, ask: Ask) -> bytes:
    """The signed document of an order that is answered; errors as in `signed`."""
    if order.state is OrderState.EMBEDDED:
        return _read(str(order.signed_key))
    if order.state is OrderState.WAITING:
        raise NotYet(pause(order))
    if order.state in _ENDS:
        raise BpmnError(_ENDS[order.state], order.reason)
    if _changed(order, ask):
        with transaction():
            operations.note_changed(order.id)
        raise BpmnError(CHANGED)
    content = port.embed(prepared_of(order), order.signature or b"")
    kept = keep_file(order.dossier_id, ask.part, BytesIO(content), ask.media_type)
    with transaction():
        operations.note_embedded(order.id, kept.storage_key)
    return content


def _changed(order: SignatureOrder, ask: Ask) -> bool:
    """Whether the document, made anew as of the moment of the order, is not the one that was signed."""
    content = ask.content(order.made_at)
    return hashlib.sha256(content).hexdigest() != order.document_sha256


def prepared_of(order: SignatureOrder) -> Prepared:
    """What was prepared for an order."""
    return Prepared.load(_read(str(order.prepared_key), order.prepared_sha256))


def found(instance_id: UUID, place: str, part: str) -> SignatureOrder | None:
    """The order of a place."""
    return _let_go(
        select(SignatureOrder).where(
            SignatureOrder.instance_id == instance_id,
            SignatureOrder.place == place,
            SignatureOrder.part == part,
        )
    )


def order_of(order_id: UUID) -> SignatureOrder:
    """An order as it is now."""
    order = _let_go(select(SignatureOrder).where(SignatureOrder.id == order_id))
    if order is None:
        raise LookupError(f"no signature order {order_id}")
    return order


def _let_go(query: Select[SignatureOrder]) -> SignatureOrder | None:
    """A row that can be read without a transaction: none is open while a signer is asked."""
    with reading() as session:
        order = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
        if order is not None:
            session.expunge(order)
        return order


def pause(order: SignatureOrder) -> float:
    """Seconds until the signer is asked again."""
    waited = (now() - (order.asked_at or order.made_at)).total_seconds()
    return min(LATEST, max(SOONEST, waited * SHARE))


def _read(key: str, sha256: str | None = None) -> bytes:
    with store().open(key, sha256=sha256) as stream:
        return stream.read()
