"""Asks the register of enterprises."""

from dataclasses import dataclass

from connectors.calls import ask
from connectors.enterprise.messages import SYSTEM, Enterprise, read_enterprise
from connectors.errors import AnswerUnreadable


@dataclass(frozen=True)
class EnterpriseRegister:
    """The register at a base address.

    `identity_field` is the field of a representative that holds an identity number; no primary source
    tells it, so it is a setting. Which status codes mean `active` is one too: no list of them was
    found in a primary source.
    """

    address: str
    active_statuses: frozenset[str]
    identity_field: str = ""

    def look_up(self, tax_number: str) -> Enterprise | None:
        """The enterprise of a tax number, or None; raises SystemDown or AnswerUnreadable."""
        answer = ask(SYSTEM, f"{self.address}/enterprises/lookup", {"msdn": tax_number})
        enterprise = read_enterprise(
            answer, active_statuses=self.active_statuses, identity_field=self.identity_field
        )
        if enterprise is not None and enterprise.tax_number != tax_number:
            raise AnswerUnreadable(system=SYSTEM, fault="it is about another enterprise")
        return enterprise
