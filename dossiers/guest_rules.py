"""Whether a service may be used without an account: the profile must allow it, the service want it."""

from datetime import timedelta

from accounts.actor import Actor, Kind
from accounts.freshness import require_assurance
from accounts.guests.errors import AccountNeeded
from dossiers.context import jurisdiction
from workflows.pack import ServicePack
from workflows.profiles import GuestRules


def guest_rules() -> GuestRules:
    """What the profile says."""
    return jurisdiction().profile.guests


def link_life() -> timedelta:
    """How long a mailed link works."""
    return timedelta(days=guest_rules().link_days)


def takes_guests(pack: ServicePack) -> bool:
    """Whether somebody without an account may apply."""
    return guest_rules().allowed and pack.manifest.without_account


def require_takes_guests(pack: ServicePack) -> None:
    """Raise AccountNeeded unless somebody without an account may apply."""
    if not takes_guests(pack):
        raise AccountNeeded


def require_known_well(actor: Actor, pack: ServicePack) -> None:
    """Raise AccountNeeded or AssuranceTooLow when the service demands to know its applicant better."""
    if actor.kind is Kind.GUEST:
        require_takes_guests(pack)
    require_assurance(actor, pack.manifest.assurance)
