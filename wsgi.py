"""The front door: builds the application from its rooms, ground floor first."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import accounts
import api
import auditing
import connectors
import dossiers
import engine
import importing
import letters
import reporting
import signing
import storage
import web
from accounts.attempts import forget_old_attempts
from accounts.clients.assertions import forget_used
from accounts.clients.calls import WRITTEN_EVERY, forget_old_calls
from accounts.clients.quotas import forget_old_quotas
from accounts.clients.runtime import write_calls
from accounts.guests.links import forget_unopened
from accounts.links import forget_old_links
from accounts.operations import forget_ended_sessions
from accounts.rotation import rotate_token_keys
from api.idempotency import forget_old_answers
from core import chores, database, logs, metrics
from core.config import Settings
from core.readiness import parts
from core.revisions import look_at_tables
from dossiers.sweeping import Sweeping
from engine.housekeeping import forget_messages
from workflows.profiles import trust_list_of

MINUTE, HOUR = 60.0, 3600.0


class Application(Flask):
    """Flask without asynchronous views: nothing needs to be looked at before it is called."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself."""
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """The application over the given settings, or those of the environment.

    Nothing is started: worker threads and chores are the server's affair.
    """
    settings = settings or Settings.from_environment()
    settings.data_directory.mkdir(parents=True, exist_ok=True)
    logs.configure(settings.log_level)
    app = Application("motcua", static_folder=None, template_folder=None)
    app.extensions["motcua.settings"] = settings
    _trust_proxies(app, settings.trusted_proxies)
    metrics.init_app(app)
    database.init_app(app, settings)
    parts(app).add("tables", look_at_tables, vital=True)
    chores.init_app(app)
    runtime = engine.init_app(app, settings)
    letters.init_app(app, settings)
    signing.init_app(app, settings, trust_list_of(settings.profile))
    storage.init_app(app, settings)
    accounts.init_app(app, settings)
    dossiers.init_app(app, settings, runtime)
    auditing.init_app(app, settings, runtime)
    connectors.init_app(app, settings, runtime)
    importing.init_app(runtime)
    reporting.init_app(app, runtime)
    api.init_app(app, settings)
    web.init_app(app, settings)
    _add_chores(chores.chores(app), settings)
    return app


def _trust_proxies(app: Flask, count: int) -> None:
    """Believe the nearest `count` proxies about a caller's address; anybody can write headers."""
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count)  # type: ignore[method-assign]  # Flask's own way to wrap


def _add_chores(housework: chores.Chores, settings: Settings) -> None:
    memory = timedelta(days=settings.message_memory_days)
    housework.add("forget answers", HOUR, forget_old_answers)
    housework.add("forget sessions", HOUR, forget_ended_sessions)
    housework.add("forget attempts", HOUR, forget_old_attempts)
    housework.add("forget links", HOUR, forget_old_links)
    housework.add("forget unopened links", HOUR, forget_unopened)
    housework.add("forget messages", HOUR, lambda: forget_messages(memory))
    housework.add("write calls", WRITTEN_EVERY, write_calls)
    housework.add("forget calls", HOUR, forget_old_calls)
    housework.add("forget quotas", HOUR, forget_old_quotas)
    housework.add("forget assertions", HOUR, forget_used)
    housework.add("rotate token keys", HOUR, rotate_token_keys)
    housework.add("sweep files", MINUTE, Sweeping().go_on)
