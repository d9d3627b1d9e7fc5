"""Answers to requests that must have one effect however often they are sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import JsonColumn, Model, UtcDateTime


class IdempotentAnswer(Model):
    """The first answer to a caller's key, committed together with its effect.

    `status` is null only inside the transaction that is working on it.
    """

    __tablename__ = "idempotent_answer"

    caller: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None]
    headers: Mapped[dict[str, str] | None] = mapped_column(JsonColumn)
    body: Mapped[Any | None] = mapped_column(JsonColumn)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
