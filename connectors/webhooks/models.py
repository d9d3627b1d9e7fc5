"""Tables of webhooks and what was sent to them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import Model, UtcDateTime
from core.ids import new_id


class Webhook(Model):
    """An address that is told of status changes of an organisation's dossiers (`acting_for`).

    `position` is that of the last change of the numbered feed that it accepted: what follows is sent
    in the order of the feed. `failing_since` is the first failure after the last success. One that
    is disabled or removed has the moment; `fault` tells why it was disabled. Secrets are sealed; the
    former one signs too, until `former_until`.
    """

    __tablename__ = "webhook"
    __table_args__ = (Index(None, "acting_for"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    acting_for: Mapped[str]
    address: Mapped[str]
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    former_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    former_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    position: Mapped[int] = mapped_column(BigInteger)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fault: Mapped[str] = mapped_column(default="")
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WebhookAttempt(Model):
    """One sending, as the log shows it; `message_id` is the same at every attempt of one change.

    `position` is null for a trial. `status` is that of HTTP, null if none came; then `fault` says
    what happened.
    """

    __tablename__ = "webhook_attempt"
    __table_args__ = (Index(None, "webhook_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id"))
    message_id: Mapped[str]
    position: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    status: Mapped[int | None]
    fault: Mapped[str]
