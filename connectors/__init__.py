"""Outside systems, one folder each: a client, and a sandbox server that stands in for the system.

The clients share no code with the sandboxes. Processes reach the systems by the job kinds of
`connectors.jobs`; everything above reaches them through `connectors.systems.current_systems()`.
"""

from flask import Flask

from core.config import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Connect the outside systems that the settings name; the engine must be there already."""
    # Sandbox servers are in this package too and must not wait for the whole house.
    from connectors import jobs, systems  # noqa: PLC0415
    from engine import EXTENSION as ENGINE  # noqa: PLC0415

    connected = systems.connect(settings)
    app.extensions[systems.EXTENSION] = connected
    jobs.install(app.extensions[ENGINE], connected.enterprises, connected.payments)
