"""Identity providers that citizens and staff sign in with, by OpenID Connect.

`providers` says which there are, `client` walks one sign-in, `documents` keeps what a provider
publishes, `tokens` judges what it signs.
"""

from connectors.identity.client import Begun, RelyingParty
from connectors.identity.providers import Provider, read_providers

__all__ = ["Begun", "Provider", "RelyingParty", "read_providers"]
