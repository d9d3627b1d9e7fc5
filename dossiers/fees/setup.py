"""Putting this part of the room into an application."""

from flask import Flask

from dossiers.fees import models

__all__ = ["install", "models"]


def install(app: Flask) -> None:
    """Nothing yet."""
