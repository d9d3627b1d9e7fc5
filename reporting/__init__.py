"""Reports from what happened: settlement statistics, causes of overdue, quality index, workload."""

from flask import Flask

from core.chores import chores
from engine.runtime import Runtime
from reporting import making, scheduling

__all__ = ["init_app"]


def init_app(app: Flask, runtime: Runtime) -> None:
    """Let reports be made by jobs, and those of the profile's schedule by themselves."""
    making.install(runtime)
    chores(app).add("ask for reports", scheduling.EVERY, scheduling.ask_for_what_is_due)
