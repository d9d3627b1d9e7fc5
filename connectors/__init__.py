"""Outside systems, one folder each: a client, and a sandbox server that stands in for the system.

The clients share no code with the sandboxes. Processes reach the systems by the job kinds of
`connectors.jobs`; everything above reaches them through `connectors.systems.current_systems()`.
"""

from typing import TYPE_CHECKING

from flask import Flask

from core.config import Settings
from core.egress import Egress

if TYPE_CHECKING:
    from engine.runtime import Runtime


def init_app(app: Flask, settings: Settings, runtime: "Runtime") -> None:
    """Connect the outside systems that the settings name, and let the engine's jobs reach them."""
    # Sandbox servers are in this package too and must not wait for the whole house.
    from connectors import claims, connections, enquiries, jobs, systems  # noqa: PLC0415
    from connectors.notify import jobs as notices  # noqa: PLC0415
    from connectors.webhooks import jobs as webhooks  # noqa: PLC0415

    connections.install(app, settings)
    connected = app.extensions[systems.EXTENSION] = systems.Systems(settings)
    jobs.install(runtime, lambda: connected.enterprises, lambda: connected.payments)
    enquiries.install(runtime)
    claims.install(runtime, lambda: connected.enterprises, by_name=settings.claim_by_name)
    notices.install(app, runtime, lambda: connected.mail)
    webhooks.install(app, runtime, Egress(loopback=settings.egress_loopback))
