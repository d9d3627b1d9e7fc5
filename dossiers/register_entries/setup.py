"""Putting this part of the room into an application."""

from flask import Flask

from dossiers.register_entries import models, searching
from engine.runtime import Runtime

__all__ = ["install", "models", "searching"]


def install(_app: Flask, _runtime: Runtime) -> None:
    """Its tables and what is kept for searching are known from here on."""
