"""Who is acting. Every operation and every finder is told, nothing is read from the air."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """What sort of actor it is."""

    CITIZEN = "citizen"
    STAFF = "staff"
    CLIENT = "client"
    SYSTEM = "system"
    ANONYMOUS = "anonymous"


class Role(StrEnum):
    """What somebody is in the house. A queue of tasks bears the name of the role that works it."""

    EVERYONE = "everyone"
    APPLICANT = "applicant"
    DESK_CLERK = "desk-clerk"
    DEVICE_OFFICER = "device-officer"
    DIRECTOR = "director"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"
    PORTAL = "portal"
    INTEGRATION = "integration"
    SYSTEM = "system"


IMPLIED_ROLES = {
    Kind.CITIZEN: frozenset({Role.EVERYONE, Role.APPLICANT}),
    Kind.SYSTEM: frozenset({Role.EVERYONE, Role.SYSTEM}),
}
GRANTABLE_ROLES = frozenset(Role) - {Role.EVERYONE, Role.APPLICANT, Role.SYSTEM}


@dataclass(frozen=True)
class Actor:
    """Somebody, or something, with what it may be judged by.

    `id` reads `account:<uuid>`, `client:<client id>`, `system` or `anonymous`. A role granted with
    agency None holds in every agency. `scopes` narrows an actor to what its token was made for;
    None does not narrow. `job_kinds` and `message_names` are what a program was registered for.
    """

    id: str
    kind: Kind
    name: str
    account_id: UUID | None = None
    roles: frozenset[tuple[Role, UUID | None]] = frozenset()
    organisations: frozenset[str] = frozenset()
    scopes: frozenset[str] | None = None
    job_kinds: frozenset[str] = frozenset()
    message_names: frozenset[str] = frozenset()

    @property
    def is_known(self) -> bool:
        """Whether somebody has signed in at all."""
        return self.kind is not Kind.ANONYMOUS

    def has(self, role: Role) -> bool:
        """Whether the role is held in any agency, or comes with the kind of actor."""
        return role in IMPLIED_ROLES.get(self.kind, {Role.EVERYONE}) or any(
            held is role for held, _ in self.roles
        )

    def agencies(self, role: Role) -> frozenset[UUID | None]:
        """The agencies in which the role is held; None among them means all."""
        return frozenset(agency_id for held, agency_id in self.roles if held is role)


ANONYMOUS = Actor(id="anonymous", kind=Kind.ANONYMOUS, name="")
SYSTEM = Actor(id="system", kind=Kind.SYSTEM, name="Motcua")
