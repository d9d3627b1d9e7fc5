"""Step-up: some deeds need a proof of who one is that is only minutes old."""

from datetime import timedelta

from accounts.actor import Actor, Kind
from accounts.errors import AssuranceTooLow, FreshProofNeeded
from accounts.runtime import runtime
from core.clock import now

_PEOPLE = frozenset({Kind.CITIZEN, Kind.STAFF})


def is_fresh(actor: Actor) -> bool:
    """Whether the actor proved who he is within the minutes of the settings; only people can."""
    if actor.kind not in _PEOPLE:
        return actor.kind is Kind.SYSTEM
    age = runtime().fresh_for
    return actor.proven_at is not None and now() - age <= actor.proven_at <= now() + _SKEW


def require_fresh(actor: Actor) -> None:
    """Raise FreshProofNeeded unless the proof is fresh: before signing, approving and unmasking.

    Pages lead to the page that asks for the proof; a program asks for a new token.
    """
    if not is_fresh(actor):
        raise FreshProofNeeded(minutes=int(runtime().fresh_for / timedelta(minutes=1)))


def require_assurance(actor: Actor, level: int) -> None:
    """Raise AssuranceTooLow when a person's identity was proven less well than demanded."""
    if actor.kind is not Kind.SYSTEM and actor.assurance < level:
        raise AssuranceTooLow(level=level, reached=actor.assurance)


_SKEW = timedelta(minutes=1)
