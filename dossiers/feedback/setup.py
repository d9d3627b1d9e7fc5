"""Installing feedback into an application."""

from flask import Flask

from core.chores import chores
from dossiers.feedback.emptying import PETITION_WAITS, empty, forget_old_petitions
from dossiers.privacy.grounds import also_empty, also_kept_by

EVERY = 3600.0


def install(app: Flask) -> None:
    """Keep dossiers whole while a petition waits; empty petitions in time."""
    also_kept_by(app, PETITION_WAITS)
    also_empty(app, empty)
    chores(app).add("forget petitions", EVERY, forget_old_petitions)
