"""Putting this part of the room into an application."""

from flask import Flask

from core.chores import chores
from dossiers.privacy.grounds import also_empty
from dossiers.register_entries import (
    catching_up,
    copies,
    emptying,
    looking_up,
    models,
    searching,
    time_passing,
)
from engine.runtime import Runtime

__all__ = ["install", "models", "searching"]


def install(app: Flask, runtime: Runtime) -> None:
    """Let time pass for the entries of the register, and empty what tells of people with a dossier."""
    runtime.on_job(looking_up.LOOK_UP, looking_up.look_up)
    copies.install(runtime)
    also_empty(app, emptying.empty)
    chores(app).add("register", time_passing.EVERY, time_passing.let_time_pass)
    chores(app).add(
        "register keys", time_passing.EVERY, catching_up.let_older_entries_hold_their_keys
    )
