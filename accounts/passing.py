"""What of somebody's roles passes to a substitute: what he may do at all, and what was named."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from accounts.actor import Grant, Role

DELEGABLE: Final = frozenset({Role.DESK_CLERK, Role.OFFICER})
SIGNED: Final = frozenset({Role.DIRECTOR})


def passed_on(
    grant: Grant, *, queues: Sequence[str], services: Sequence[str], signing: bool
) -> Iterator[Grant]:
    """The grants that a substitute has of this one; none of a role that is not passed on.

    Administrators, operators and auditors are never replaced: their roles are given by two people.
    """
    allowed = DELEGABLE | SIGNED if signing else DELEGABLE
    if grant.role not in allowed or (queues and grant.works not in queues):
        return
    if not services:
        yield grant
    elif grant.service is None:
        yield from (replace(grant, service=service) for service in services)
    elif grant.service in services:
        yield grant
