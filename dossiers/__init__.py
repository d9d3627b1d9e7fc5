"""The case: applicant, legal clock, status, fees, documents, numbering and the public register."""

from flask import Flask

from core.chores import chores
from core.config import Settings
from dossiers import context, feed, issuing, measures, process
from dossiers.operations import journal
from engine.runtime import Runtime


def init_app(app: Flask, settings: Settings, runtime: Runtime) -> None:
    """Install the jurisdiction and the feed, and tell the engine what processes may ask of cases."""
    context.install(app, settings)
    feed.install(app)
    measures.install(app)
    process.install(runtime)
    issuing.install(runtime)
    chores(app).add("seal looks", journal.SEALING_SECONDS, journal.seal_looks)
