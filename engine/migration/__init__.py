"""Takes running instances over from one version of a definition to another.

A *plan* pairs the elements of the two versions; it can be looked at before anything is changed.
A *check* tries it on one instance in memory. A *migration* does it, for one instance or for many by
jobs. The machine is restored under the old version and each token is put on its new element: what
waits goes on waiting, and nothing is entered anew.
"""

from engine.jobs.kinds import MIGRATE
from engine.messages import PROMPT
from engine.migration.operations import work
from engine.runtime import Runtime


def install(runtime: Runtime) -> None:
    """Register the kind of job that takes one instance of a migration over."""
    runtime.on_job(MIGRATE, None, PROMPT, record=lambda call, _: work(call))
