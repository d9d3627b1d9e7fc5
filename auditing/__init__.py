"""The auditor's desk: searching the record, samples, access reviews, and the log server."""

from flask import Flask

from auditing import models, reviewing
from core.config import Settings

__all__ = ["init_app", "models", "reviewing"]


def init_app(app: Flask, settings: Settings) -> None:
    """Nothing to do yet but to know the tables."""
    del app, settings
