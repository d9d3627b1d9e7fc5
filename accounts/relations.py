"""How a subject can stand to an actor in a role: the columns of the policy table, so to speak.

A relation looks at one attribute of the subject:

owner_id      UUID of the account that owns it
mandate_id    UUID of the mandate by which it was begun for somebody else; None without one
acting_for    number of the organisation for which it was proven to be made; "" for oneself
agency_id     UUID of the agency that settles it
unit_id       UUID of the unit of that agency that settles it; None while none has been named
service_key   key of the service that it is about
submitted_at  moment at which the agency got it; None while it is a draft
queue         name of the queue that the task waits in
holder        id of the actor who has claimed the task
job_kind      kind of a job that programs outside work
message_name  name of a message to processes

A table's class and its rows bear these names alike, so both can be given: the class to `clause`,
a row to `holds`. Where a list joins several tables, a `policy.Scope` names the columns (or the values).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, false, not_, or_, true

from accounts.actor import Actor, Grant, MandateScope, OrganisationRole


class Unnamed(Enum):
    """What a relation may accept without naming values."""

    VALUE = "any value"
    EVEN_NONE = "any value, or none"


Accepted: TypeAlias = frozenset[Any] | Unnamed


@dataclass(frozen=True)
class Relation:
    """How a subject stands to an actor in a role: its attribute has one of the accepted values.

    An empty attribute stands in no relation, not even to a role that accepts any value; only a
    grant that is not narrowed in this respect does not ask for it.
    """

    attribute: str
    meaning: str
    accepted: Callable[[Actor, Grant], Accepted]

    def holds(self, actor: Actor, grant: Grant, subject: Any) -> bool:
        """The relation read in Python, on one subject."""
        accepted = self.accepted(actor, grant)
        if accepted is Unnamed.EVEN_NONE:
            return True
        if not accepted:
            return False
        value = getattr(subject, self.attribute)
        return value is not None and (accepted is Unnamed.VALUE or value in accepted)

    def clause(self, actor: Actor, grant: Grant, scope: Any) -> ColumnElement[bool]:
        """The relation read as SQL, on the columns of a table or a `Scope`."""
        accepted = self.accepted(actor, grant)
        if accepted is Unnamed.EVEN_NONE:
            return true()
        column: ColumnElement[Any] | None = getattr(scope, self.attribute)
        if column is None or not accepted:
            return false()
        if accepted is Unnamed.VALUE:
            return column.is_not(None)
        if len(accepted) == 1:
            # Several times cheaper than an IN, whose list is written out anew for each execution.
            return _equals(column, *accepted)
        return column.in_(sorted(accepted))


def _equals(column: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
    same: ColumnElement[bool] = column == value
    return same


@dataclass(frozen=True)
class Exclusion(Relation):
    """A relation that must not hold; an empty attribute excludes nobody."""

    def holds(self, actor: Actor, grant: Grant, subject: Any) -> bool:
        """As `Relation.holds`."""
        return not super().holds(actor, grant, subject)

    def clause(self, actor: Actor, grant: Grant, scope: Any) -> ColumnElement[bool]:
        """As `Relation.clause`."""
        column: ColumnElement[Any] | None = getattr(scope, self.attribute)
        if column is None:
            return true()
        return or_(column.is_(None), not_(super().clause(actor, grant, scope)))


def _own_account(actor: Actor, _grant: Grant) -> Accepted:
    return frozenset({actor.account_id} - {None})


def _agency(_actor: Actor, grant: Grant) -> Accepted:
    return Unnamed.VALUE if grant.agency_id is None else frozenset({grant.agency_id})


def _units(_actor: Actor, grant: Grant) -> Accepted:
    return Unnamed.EVEN_NONE if grant.units is None else grant.units


def _service(_actor: Actor, grant: Grant) -> Accepted:
    return Unnamed.EVEN_NONE if grant.service is None else frozenset({grant.service})


OWNER = Relation("owner_id", "of one's own", _own_account)
FOR_ONESELF = Relation("acting_for", "made for oneself", lambda _actor, _grant: frozenset({""}))


def same_organisation(*roles: OrganisationRole) -> Relation:
    """Made for an organisation in which one of the roles is held."""
    meaning = f"made for an organisation where one is {', '.join(sorted(roles))}"
    return Relation("acting_for", meaning, lambda actor, _grant: actor.organisations_as(roles))


def by_mandate(*scopes: MandateScope) -> Relation:
    """Begun by a mandate that one holds and that allows one of these."""
    meaning = f"begun by a mandate of one's own to {', '.join(sorted(scopes))}"
    return Relation("mandate_id", meaning, lambda actor, _grant: actor.mandates_for(scopes))


WHOLE_AUTHORITY = Relation(
    "agency_id",
    "if the role is held in all agencies",
    lambda _actor, grant: Unnamed.EVEN_NONE if grant.agency_id is None else frozenset(),
)
SAME_AGENCY = Relation("agency_id", "of an agency where the role is held", _agency)
UNIT = Relation("unit_id", "of the unit, or one below it, if the grant names one", _units)
SERVICE = Relation("service_key", "of the service, if the grant names one", _service)
SUBMITTED = Relation("submitted_at", "once submitted", lambda _actor, _grant: Unnamed.VALUE)
QUEUE = Relation(
    "queue", "waiting in the queue of the grant", lambda _actor, grant: frozenset({grant.works})
)
HOLDER = Relation("holder", "claimed by oneself", lambda actor, _grant: frozenset({actor.id}))

NOT_ONES_OWN = Exclusion("owner_id", "not of one's own", _own_account)
NOT_OF_ONES_ORGANISATION = Exclusion(
    "acting_for",
    "not made for an organisation to which one belongs",
    lambda actor, _grant: actor.organisations,
)

JOB_KIND = Relation(
    "job_kind", "of a kind for which it was registered", lambda actor, _grant: actor.job_kinds
)
MESSAGE_NAME = Relation(
    "message_name", "of a name for which it was registered", lambda actor, _: actor.message_names
)
