"""The application as commands see it."""

from flask import Flask

from commands.migrations import with_migrations
from wsgi import create_app


def application() -> Flask:
    """The application with its migrations, without worker threads."""
    return with_migrations(create_app())
