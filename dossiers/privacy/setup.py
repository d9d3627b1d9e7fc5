"""Putting this part of the room into an application."""

from flask import Flask

from core.config import Settings
from dossiers.privacy import models
from engine.runtime import Runtime

__all__ = ["install", "models"]


def install(_app: Flask, _settings: Settings, _runtime: Runtime) -> None:
    """Tables only, so far."""
