"""The table of signatures that were ordered from keys."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import Model, UtcDateTime
from core.ids import new_id


class OrderState(StrEnum):
    """prepared -> waiting -> signed -> embedded; the others are ends without a signature.

    A key that answers at once goes from prepared to signed.
    """

    PREPARED = "prepared"
    WAITING = "waiting"
    SIGNED = "signed"
    EMBEDDED = "embedded"
    REFUSED = "refused"
    EXPIRED = "expired"
    CHANGED = "changed"


class SignatureOrder(Model):
    """One raw signature asked of a key (`kid`) about one prepared document.

    `part` tells apart what one element of a process orders, `place` is that element's job or, in the
    shape, its run; together they are there once. `transaction` is the provider's name for it. The
    prepared document lies in the store below `prepared_key`, the signed one below `signed_key`, until
    the result is sealed. `digest` and `document_sha256` are hexadecimal. `asked_again_at` is when the
    provider is to be asked next.
    """

    __tablename__ = "signature_order"
    __table_args__ = (
        Index("ix_signature_order_place", "instance_id", "place", "part", unique=True),
        Index("ix_signature_order_transaction", "kid", "transaction"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    instance_id: Mapped[UUID]
    dossier_id: Mapped[UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    place: Mapped[str]
    part: Mapped[str]
    kid: Mapped[str]
    form: Mapped[str]
    title: Mapped[str]
    digest: Mapped[str]
    document_sha256: Mapped[str]
    prepared_key: Mapped[str | None]
    prepared_sha256: Mapped[str]
    state: Mapped[OrderState] = mapped_column(default=OrderState.PREPARED)
    transaction: Mapped[str] = mapped_column(default="")
    signature: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_again_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_key: Mapped[str | None]
