"""The national register of enterprises: look one up by its tax number."""

from connectors.enterprise.client import EnterpriseRegister
from connectors.enterprise.messages import Enterprise

__all__ = ["Enterprise", "EnterpriseRegister"]
