"""Putting this part of the room into an application."""

from flask import Flask

from core.chores import chores
from dossiers.desk.emptying import empty_reception
from dossiers.fees import papers, warning
from dossiers.fees.emptying import empty_fees
from dossiers.privacy.grounds import also_empty
from engine.runtime import Runtime


def install(app: Flask, runtime: Runtime) -> None:
    """The paper of receipts, warnings of gaps, and what goes with a dossier; after privacy is there."""
    papers.install(runtime)
    also_empty(app, empty_fees)
    also_empty(app, empty_reception)
    chores(app).add("warn of tariff gaps", warning.EVERY, warning.warn)
