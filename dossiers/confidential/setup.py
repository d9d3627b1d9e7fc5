"""Putting enquiries into an application."""

from flask import Flask

from dossiers.confidential import actions
from dossiers.confidential.emptying import empty
from dossiers.privacy.grounds import also_empty
from engine.runtime import Runtime


def install(app: Flask, runtime: Runtime) -> None:
    """Let processes make enquiries; empty what was answered in time."""
    actions.install(runtime)
    also_empty(app, empty)
