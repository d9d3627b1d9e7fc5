"""The relay to the log server: at least once, in order; its place is in the rows themselves.

One process at a time holds the lease. Events are marked after the server took them, so an outage, or
the end of this process, makes a batch go again rather than be lost.
"""

import socket
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from auditing.models import Relay
from auditing.syslog import LogServer, message
from core.audit import AuditEvent
from core.clock import now
from core.database import db, reading, transaction
from core.ids import new_id

BATCH: Final = 500
LEASE: Final = timedelta(minutes=1)
EVERY_SECONDS: Final = 2.0

logger = structlog.get_logger(__name__)


class Relaying:
    """Sends what is on record to one log server."""

    def __init__(self, server: LogServer, *, details: bool = False) -> None:
        self._server, self._details = server, details
        self._name, self._host = str(new_id()), socket.gethostname()

    def go_on(self) -> int:
        """Send what waits; how many events were sent. A server that is away is asked later."""
        sent = 0
        while self._lease():
            batch = _waiting()
            if not batch:
                break
            try:
                self._server.send(
                    [message(each, self._host, details=self._details) for each in batch]
                )
            except OSError as error:
                logger.warning("log server does not take the record", fault=type(error).__name__)
                break
            _mark(batch)
            sent += len(batch)
        return sent

    def _lease(self) -> bool:
        """Take or keep the lease; False while another process has it."""
        moment = now()
        try:
            with transaction() as session:
                if session.get(Relay, 1) is None:
                    session.add(Relay(id=1, begun_at=moment, holder=""))
        except IntegrityError:
            return False
        free = or_(
            Relay.holder == self._name, Relay.leased_until.is_(None), Relay.leased_until < moment
        )
        taken = update(Relay).where(Relay.id == 1, free).returning(Relay.id)
        with transaction() as session:
            values = {"holder": self._name, "leased_until": moment + LEASE}
            return session.execute(taken.values(**values)).first() is not None


def _waiting() -> Sequence[AuditEvent]:
    with reading() as session:
        begun = select(Relay.begun_at).where(Relay.id == 1).scalar_subquery()
        return session.scalars(
            select(AuditEvent)
            .where(AuditEvent.relayed_at.is_(None), AuditEvent.at >= begun)
            .order_by(AuditEvent.at, AuditEvent.id)
            .limit(BATCH)
        ).all()


def _mark(batch: Sequence[AuditEvent]) -> None:
    ids: dict[UUID, list[UUID]] = {}
    for each in batch:
        ids.setdefault(each.chain_id, []).append(each.id)
    with transaction():
        for chain, some in ids.items():
            of_chain = (AuditEvent.chain_id == chain) & AuditEvent.id.in_(some)
            db.session.execute(update(AuditEvent).where(of_chain).values(relayed_at=now()))
