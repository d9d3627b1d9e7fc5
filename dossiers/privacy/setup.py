"""Putting this part of the room into an application."""

from flask import Flask

from core.chores import chores
from core.config import Settings
from dossiers.operations import pseudonymising
from dossiers.privacy import grounds
from dossiers.privacy.duty import EVERY, Duty
from engine.runtime import Runtime


def install(app: Flask, _settings: Settings, runtime: Runtime) -> None:
    """Grounds to keep dossiers, the job that removes files, and the duty."""
    grounds.install(app)
    pseudonymising.install(runtime)
    chores(app).add("pseudonymise", EVERY, Duty().go_on)
