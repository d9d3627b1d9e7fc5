"""Putting enquiries into an application."""

from flask import Flask

from dossiers.confidential.emptying import empty
from dossiers.privacy.grounds import also_empty


def install(app: Flask) -> None:
    """Empty what was answered in time."""
    also_empty(app, empty)
