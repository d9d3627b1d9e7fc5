"""The auditor's desk: searching the record, samples, access reviews, and the log server."""

from flask import Flask

from auditing import forgetting, models, reviewing
from auditing.relaying import EVERY_SECONDS, Relaying
from auditing.syslog import PORTS, LogServer
from core.chores import chores
from core.config import Settings
from core.errors import InvalidSetting

__all__ = ["init_app", "models", "reviewing"]


def init_app(app: Flask, settings: Settings) -> None:
    """Keep and empty what is sampled, send the record to a log server if one is named.

    Raises InvalidSetting.
    """
    forgetting.install(app)
    address = settings.audit_log_server
    if not address:
        return
    if address.partition("://")[0] not in PORTS:
        raise InvalidSetting(variable="MOTCUA_AUDIT_LOG_SERVER", value=address)
    server = LogServer(address, settings.audit_log_authority)
    relaying = Relaying(server, details=settings.audit_log_details)
    chores(app).add("relay record", EVERY_SECONDS, relaying.go_on)
