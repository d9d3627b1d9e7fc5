"""The signer's port: prepare, start, wait or poll, embed. One way for every key and every document.

    prepared = prepare_pdf(content, key=key, name="Nguyễn Thị Bình")
    answer = start(prepared, title="Giấy phép số 12", reference="…")
    if isinstance(answer, Waiting):            # a person's phone has rung; keep prepared.dump()
        answer = poll(prepared.kid, answer.transaction)
    content = embed(prepared, answer.signature)

`prepare_…` asks nobody; `start`, `poll` and `embed` may ask a network, so they belong in jobs and never
inside a transaction. Between any two of them the process may end: nothing half is left anywhere.
"""

from collections.abc import Callable, Mapping, Sequence

from signing import pdf, xml
from signing.appearance import SealAppearance
from signing.desk import signing_desk
from signing.errors import AnswerComesLater, CallbackRefused, SignerUnavailable
from signing.keys import AnyKey
from signing.pdf import PERSONAL_FIELD, SEAL_FIELD
from signing.prepared import Form, Prepared
from signing.providers import (
    Answer,
    Callback,
    CallsBack,
    Expired,
    Refused,
    Request,
    Signed,
    Waiting,
    provider_of,
)
from signing.signatures import checked
from signing.standing import require_standing

__all__ = [
    "PERSONAL_FIELD",
    "SEAL_FIELD",
    "Answer",
    "Callback",
    "Expired",
    "Form",
    "Prepared",
    "Refused",
    "Request",
    "Signed",
    "Waiting",
    "embed",
    "poll",
    "poll_with",
    "prepare_pdf",
    "prepare_xml",
    "read_callback",
    "signed_at_once",
    "start",
    "start_together",
]


def prepare_pdf(
    content: bytes,
    *,
    key: AnyKey,
    name: str,
    appearance: SealAppearance | None = None,
    field: str = SEAL_FIELD,
) -> Prepared:
    """A PDF with an empty place for the signature of `name` in `field`, visible by an appearance.

    Raises DocumentRefused.
    """
    return pdf.prepare(content, key=key, name=name, appearance=appearance, field=field)


def prepare_xml(content: bytes, *, key: AnyKey) -> Prepared:
    """A package (see signing.package) that lacks its signature's value; raises DocumentRefused."""
    return xml.prepare(content, key=key)


def start(prepared: Prepared, *, title: str, reference: str) -> Answer:
    """Ask for the signature of a prepared document; a key at hand answers at once.

    A person who must approve reads `title`. `reference` names the request at the signer: asking again
    with the same one, after a crash perhaps, asks for the same thing. Raises KeyMayNotSign,
    RevocationUnknown, SealKeyMissing, SecretMissing, SignerAddressRefused or SignerUnavailable.
    """
    return start_together(prepared.kid, [Request(prepared.digest, title, reference)])


def start_together(kid: str, requests: Sequence[Request]) -> Answer:
    """Ask one key for many signatures by one approval; errors as in `start`.

    Signed holds a signature for each, in this order, and all are good; else SignatureDoesNotMatch.
    """
    key = _key(kid)
    answer = _complete(provider_of(key).start(key, requests), len(requests))
    if not isinstance(answer, Signed):
        return answer
    pairs = zip(requests, answer.signatures, strict=True)
    return Signed(tuple(checked(key.certificate, each.digest, made) for each, made in pairs))


def poll(kid: str, transaction: str, *, requests: int = 1) -> Answer:
    """How a transaction over so many requests stands; errors as in `start`."""
    return poll_with(_key(kid, retired=True), transaction, requests=requests)


def poll_with(key: AnyKey, transaction: str, *, requests: int = 1) -> Answer:
    """The same by a key that is not in the table yet."""
    return _complete(provider_of(key).poll(key, transaction, requests), requests)


def read_callback(kid: str, headers: Mapping[str, str], body: bytes) -> Callback:
    """What the signer of a key tells of its own accord; it needs no network.

    Raises CallbackRefused unless it is proven to come from there. A signature in it is not checked
    yet: `embed` does that.
    """
    provider = provider_of(signing_desk().table.found(kid).key)
    if not isinstance(provider, CallsBack):
        raise CallbackRefused
    return provider.read_callback(headers, body)


def embed(prepared: Prepared, signature: bytes) -> bytes:
    """The signed document with a timestamp (PAdES or XAdES B-T).

    Raises SignatureDoesNotMatch, PreparedDamaged, KeyMayNotSign (its certificate may have ended while
    somebody thought it over; a key that was retired meanwhile may finish), SealKeyMissing or
    TimestampUnavailable.
    """
    key = _key(prepared.kid, retired=True)
    raw = checked(key.certificate, prepared.digest, signature)
    form = {Form.PDF: pdf.embed, Form.XML: xml.embed}[prepared.form]
    return form(prepared, raw, key=key, timestamps=signing_desk().timestamps)


def signed_at_once(prepared: Prepared, *, title: str) -> bytes:
    """The signed document by a key that needs nobody's approval; raises AnswerComesLater otherwise."""
    return embed(prepared, raw_signer(prepared.kid, title)(prepared.digest))


def raw_signer(kid: str, title: str) -> Callable[[bytes], bytes]:
    """What makes a raw signature over a digest, at once; errors as in `start` and `signed_at_once`."""

    def raw(digest: bytes) -> bytes:
        key = _key(kid)
        provider = provider_of(key)
        # Not even asked: a transaction that nobody waits for would still ring a phone.
        if not provider.answers_at_once:
            raise AnswerComesLater
        answer = provider.start(key, [Request(digest, title, digest.hex())])
        if not isinstance(answer, Signed):
            raise SignerUnavailable(reason=getattr(answer, "reason", "it gave no signature"))
        return checked(key.certificate, digest, answer.signature)

    return raw


def _key(kid: str, *, retired: bool = False) -> AnyKey:
    desk = signing_desk()
    return desk.believing.require(require_standing(desk.table.found(kid), retired=retired))


def _complete(answer: Answer, requests: int) -> Answer:
    if isinstance(answer, Signed) and len(answer.signatures) != requests:
        raise SignerUnavailable(reason=f"{len(answer.signatures)} signatures for {requests}")
    return answer
