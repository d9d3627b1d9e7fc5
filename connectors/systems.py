"""The outside systems of one installation, as its settings name them."""

from dataclasses import dataclass

from flask import current_app

from connectors.enterprise import EnterpriseRegister
from connectors.identity import RelyingParty, read_providers
from connectors.payment import PaymentPlatform
from connectors.payment.messages import Seal
from core.config import Settings
from workflows.profiles import read_profile

EXTENSION = "motcua.connectors"


@dataclass(frozen=True)
class Systems:
    """Every outside system that this installation speaks with."""

    enterprises: EnterpriseRegister
    payments: PaymentPlatform
    identities: RelyingParty


def connect(settings: Settings) -> Systems:
    """The systems at the addresses of the settings; nothing is asked yet."""
    active = frozenset(code.strip() for code in settings.enterprise_active_statuses.split(","))
    return Systems(
        EnterpriseRegister(
            settings.enterprise_register_url, active, settings.enterprise_identity_field
        ),
        PaymentPlatform(
            address=settings.payment_gateway_url,
            partner=settings.payment_partner,
            seal=Seal(settings.payment_secret, settings.payment_digest),
            time_zone=read_profile(settings.profile).time_zone,
        ),
        RelyingParty(read_providers(settings), settings.public_url),
    )


def current_systems() -> Systems:
    """The outside systems of the current application."""
    found: Systems = current_app.extensions[EXTENSION]
    return found
