"""Putting this part of the room into an application."""

from flask import Flask

from core.chores import chores
from core.config import Settings
from dossiers.operations import exports, pseudonymising
from dossiers.privacy import grounds
from dossiers.privacy.duty import EVERY, Duty
from dossiers.stored import holding
from engine.runtime import Runtime


def install(app: Flask, settings: Settings, runtime: Runtime) -> None:
    """Grounds to keep dossiers, the jobs that remove files and make copies, and the duties."""
    grounds.install(app)
    pseudonymising.install(runtime)
    exports.install(app, settings, runtime)
    holding.install(runtime)
    chores(app).add("sweep exports", exports.SWEPT_EVERY, exports.sweep_exports)
    chores(app).add("pseudonymise", EVERY, Duty().go_on)
