"""The outside systems of one installation: where they are is settled by decision, else a setting."""

from dataclasses import dataclass, field
from functools import cached_property

from flask import current_app

from connectors.connections import ConnectionOf, System, connections_of
from connectors.enterprise import EnterpriseRegister
from connectors.identity import RelyingParty, read_providers
from connectors.notify.mail import MailServer
from connectors.payment import PaymentPlatform
from connectors.payment.messages import Seal
from core.config import Settings
from workflows.profiles import read_profile

EXTENSION = "motcua.connectors"


@dataclass
class Systems:
    """Every outside system that this installation speaks with, each where it is now."""

    settings: Settings
    identities: RelyingParty = field(init=False)
    _to: ConnectionOf = field(init=False)

    def __post_init__(self) -> None:
        """Read what cannot change while the site runs."""
        self.identities = RelyingParty(read_providers(self.settings), self.settings.public_url)
        self._to = connections_of(self.settings)

    @property
    def enterprises(self) -> EnterpriseRegister:
        """The register of enterprises."""
        return EnterpriseRegister(
            self._to(System.ENTERPRISE_REGISTER).address,
            self._active_statuses,
            self.settings.enterprise_identity_field,
        )

    @property
    def payments(self) -> PaymentPlatform:
        """The payment platform."""
        connection = self._to(System.PAYMENT_PLATFORM)
        return PaymentPlatform(
            address=connection.address,
            partner=connection.account,
            seal=Seal(connection.secret, self.settings.payment_digest),
            time_zone=read_profile(self.settings.profile).time_zone,
        )

    @property
    def mail(self) -> MailServer:
        """The mail server."""
        return MailServer(self._to(System.MAIL_SERVER).with_login, self.settings.mail_sender)

    @cached_property
    def _active_statuses(self) -> frozenset[str]:
        return frozenset(
            code.strip() for code in self.settings.enterprise_active_statuses.split(",")
        )


def current_systems() -> Systems:
    """The outside systems of the current application."""
    found: Systems = current_app.extensions[EXTENSION]
    return found
