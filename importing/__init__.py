"""Bringing in what another system or a drawer of paper knew: units, staff, licences.

A file is uploaded, its columns are mapped, every row is tried (a dry run), then made by jobs, and
released by a second person. Until then nothing of it is seen outside, and it can be taken back.
"""

from engine.runtime import Runtime
from importing import jobs


def init_app(runtime: Runtime) -> None:
    """Let workers work through imports."""
    jobs.install(runtime)
