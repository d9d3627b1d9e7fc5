"""Who is acting. Every operation and every finder is told, nothing is read from the air."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """What sort of actor it is."""

    CITIZEN = "citizen"
    GUEST = "guest"
    STAFF = "staff"
    CLIENT = "client"
    SYSTEM = "system"
    ANONYMOUS = "anonymous"


class Role(StrEnum):
    """What somebody is in the house.

    A queue of tasks bears the name of the role that works it, unless a grant names another one. A
    guest is an applicant without an account, who has come by a mailed link.
    """

    EVERYONE = "everyone"
    APPLICANT = "applicant"
    GUEST = "guest"
    DESK_CLERK = "desk-clerk"
    OFFICER = "officer"
    DIRECTOR = "director"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"
    PORTAL = "portal"
    INTEGRATION = "integration"
    SYSTEM = "system"


class OrganisationRole(StrEnum):
    """What somebody is in an organisation; `policy` says what each may do.

    The representative is the one whom the law knows; colleagues can give every role but this.
    """

    REPRESENTATIVE = "representative"
    ADMINISTRATOR = "administrator"
    SIGNATORY = "signatory"
    DRAFTER = "drafter"
    PAYER = "payer"
    READER = "reader"


MEMBERS = frozenset(OrganisationRole)
ADMINISTERING = frozenset({OrganisationRole.REPRESENTATIVE, OrganisationRole.ADMINISTRATOR})
DRAFTING = ADMINISTERING | {OrganisationRole.SIGNATORY, OrganisationRole.DRAFTER}
SIGNING = frozenset({OrganisationRole.REPRESENTATIVE, OrganisationRole.SIGNATORY})
PAYING = ADMINISTERING | {OrganisationRole.PAYER}


class MandateScope(StrEnum):
    """What an agent may do in the principal's name; looking is part of each."""

    PREPARE = "prepare"
    SUBMIT = "submit"
    PAY = "pay"


IMPLIED_ROLES = {
    Kind.CITIZEN: frozenset({Role.EVERYONE, Role.APPLICANT}),
    Kind.GUEST: frozenset({Role.EVERYONE, Role.GUEST}),
    Kind.SYSTEM: frozenset({Role.EVERYONE, Role.SYSTEM}),
}
_EVERYBODYS = frozenset({Role.EVERYONE})
GRANTABLE_ROLES = frozenset(Role) - {Role.EVERYONE, Role.APPLICANT, Role.GUEST, Role.SYSTEM}
_QUEUES_OF_OTHERS = {Role.GUEST: str(Role.APPLICANT)}


@dataclass(frozen=True)
class Grant:
    """A role that is held now, and how far it reaches.

    None widens: every agency, the whole agency, every service. `units` holds the granted unit with
    all units below it; `queue` is the one that the holder works, if it is not named like the role.
    `in_place_of` is the id of the actor who is away and whose role it is; empty for one's own.
    """

    role: Role
    agency_id: UUID | None = None
    units: frozenset[UUID] | None = None
    service: str | None = None
    queue: str | None = None
    in_place_of: str = ""

    @property
    def works(self) -> str:
        """The name of the queue of tasks that the holder works."""
        return self.queue or str(self.role)

    @property
    def is_narrowed(self) -> bool:
        """Whether it reaches only a part of what its agencies settle."""
        return self.units is not None or self.service is not None


@dataclass(frozen=True)
class HeldMandate:
    """A mandate that somebody holds now; `services` empty means every service."""

    id: UUID
    scopes: frozenset[MandateScope]
    services: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Actor:
    """Somebody, or something, with what it may be judged by.

    `id` reads `account:<uuid>`, `client:<client id>`, `system` or `anonymous`. `scopes` narrows an
    actor to what its token was made for; None does not narrow. `job_kinds` and `message_names` are
    what a program was registered for; `memberships` are roles in organisations, by their numbers.
    `assurance` is how well a person's identity was proven, and `proven_at` when last. A program of
    an organisation has the membership of the person `stands_for` who made it, and what it begins is
    that person's.
    """

    id: str
    kind: Kind
    name: str
    account_id: UUID | None = None
    grants: frozenset[Grant] = frozenset()
    memberships: frozenset[tuple[OrganisationRole, str]] = frozenset()
    mandates: frozenset[HeldMandate] = frozenset()
    scopes: frozenset[str] | None = None
    job_kinds: frozenset[str] = frozenset()
    message_names: frozenset[str] = frozenset()
    requests_per_minute: int | None = None
    requests_per_day: int | None = None
    assurance: int = 1
    proven_at: datetime | None = None
    stands_for: UUID | None = None

    @property
    def organisations(self) -> frozenset[str]:
        """The numbers of the organisations to which somebody belongs, in whatever role."""
        return frozenset(number for _, number in self.memberships)

    def organisations_as(self, roles: Collection[OrganisationRole]) -> frozenset[str]:
        """The numbers of the organisations in which one of the roles is held."""
        return frozenset(number for role, number in self.memberships if role in roles)

    def mandates_for(self, scopes: Collection[MandateScope]) -> frozenset[UUID]:
        """The ids of the mandates that allow one of the scopes."""
        return frozenset(each.id for each in self.mandates if not each.scopes.isdisjoint(scopes))

    @property
    def is_known(self) -> bool:
        """Whether somebody has signed in at all."""
        return self.kind is not Kind.ANONYMOUS

    def has(self, role: Role) -> bool:
        """Whether the role is held in any agency, or comes with the kind of actor."""
        return any(True for _ in self.held(role))

    def held(self, role: Role) -> Iterator[Grant]:
        """The grants of a role; one that reaches everything if it comes with the kind of actor."""
        if role in IMPLIED_ROLES.get(self.kind, _EVERYBODYS):
            yield Grant(role, queue=_QUEUES_OF_OTHERS.get(role))
        yield from (grant for grant in self.grants if grant.role is role)

    def serves(self, agency_id: UUID) -> bool:
        """Whether any role is held in the agency."""
        return any(grant.agency_id in (None, agency_id) for grant in self.grants)


ANONYMOUS = Actor(id="anonymous", kind=Kind.ANONYMOUS, name="")
SYSTEM = Actor(id="system", kind=Kind.SYSTEM, name="Motcua")
