"""The auditor's desk: searching the record, samples, access reviews, and the log server."""

from flask import Flask

from auditing import forgetting, models, reviewing, seals
from auditing.evidence import asking
from auditing.relaying import EVERY_SECONDS, Relaying
from auditing.seals import checks
from auditing.seals import operations as sealing
from auditing.syslog import PORTS, LogServer
from core.chores import chores
from core.config import Settings
from core.errors import InvalidSetting
from engine.runtime import Runtime

__all__ = ["init_app", "models", "reviewing", "seals"]


def init_app(app: Flask, settings: Settings, runtime: Runtime) -> None:
    """Seal the record daily, keep and empty what is sampled, tell a log server if one is named.

    Raises InvalidSetting.
    """
    forgetting.install(app)
    sealing.install(runtime)
    checks.install(runtime)
    asking.install(app, settings, runtime)
    chores(app).add("seal record", sealing.EVERY_SECONDS, sealing.seal_today)
    address = settings.audit_log_server
    if not address:
        return
    if address.partition("://")[0] not in PORTS:
        raise InvalidSetting(variable="MOTCUA_AUDIT_LOG_SERVER", value=address)
    server = LogServer(address, settings.audit_log_authority)
    relaying = Relaying(server, details=settings.audit_log_details)
    chores(app).add("relay record", EVERY_SECONDS, relaying.go_on)
