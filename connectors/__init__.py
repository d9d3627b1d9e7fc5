"""Outside systems, one folder each: a client, and a sandbox server that stands in for the system.

The clients share no code with the sandboxes. Processes reach the systems by the job kinds of
`connectors.jobs`; everything above reaches them through `connectors.systems()`.
"""

from dataclasses import dataclass

from flask import Flask, current_app

import engine
from connectors import jobs
from connectors.enterprise import EnterpriseRegister
from connectors.payment import PaymentPlatform
from connectors.payment.messages import Seal
from core.config import Settings
from engine.runtime import Runtime
from workflows.profiles import read_profile

EXTENSION = "motcua.connectors"


@dataclass(frozen=True)
class Systems:
    """The outside systems of one installation."""

    enterprises: EnterpriseRegister
    payments: PaymentPlatform


def init_app(app: Flask, settings: Settings) -> None:
    """Connect the outside systems that the settings name; the engine must be there already."""
    systems = _systems(settings)
    app.extensions[EXTENSION] = systems
    runtime: Runtime = app.extensions[engine.EXTENSION]
    runtime.on_job(jobs.ENTERPRISE_LOOKUP, jobs.enterprise_lookup(systems.enterprises))
    runtime.on_job(
        jobs.PAYMENT_ORDER, jobs.payment_order(systems.payments), record=jobs.note_checkout
    )


def systems() -> Systems:
    """The outside systems of the current application."""
    found: Systems = current_app.extensions[EXTENSION]
    return found


def _systems(settings: Settings) -> Systems:
    active = frozenset(code.strip() for code in settings.enterprise_active_statuses.split(","))
    return Systems(
        EnterpriseRegister(settings.enterprise_register_url, active),
        PaymentPlatform(
            address=settings.payment_gateway_url,
            partner=settings.payment_partner,
            seal=Seal(settings.payment_secret, settings.payment_digest),
            time_zone=read_profile(settings.profile).time_zone,
        ),
    )
