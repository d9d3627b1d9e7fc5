"""Who may do what: one table, read by lists (as SQL), details, API and pages (as Python).

A row says: this role may do this action to subjects that stand in ALL the named relations to it.
Whatever no row allows is refused. The relations are asked of one grant of the role at a time: two
grants never add up to something that neither of them gives. A relation looks at one attribute of
the subject:

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
a row to `allows`. Where a list joins several tables, a `Scope` names the columns (or the values).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, and_, false, not_, or_, true
from sqlalchemy.sql.expression import False_

from accounts.actor import (
    ADMINISTERING,
    DRAFTING,
    MEMBERS,
    PAYING,
    SIGNING,
    Actor,
    Grant,
    MandateScope,
    OrganisationRole,
    Role,
)
from accounts.errors import ActionRefused, NotSignedIn


class Action(StrEnum):
    """Everything that somebody may be allowed to do; also the scopes of access tokens."""

    SERVICE_VIEW = "service.view"
    SERVICE_DEPLOY = "service.deploy"
    DOSSIER_DRAFT = "dossier.draft"
    DOSSIER_VIEW = "dossier.view"
    DOSSIER_VIEW_PERSONAL = "dossier.view-personal"
    DOSSIER_UNMASK = "dossier.unmask"
    DOSSIER_EDIT = "dossier.edit"
    DOSSIER_SUBMIT = "dossier.submit"
    DOSSIER_WITHDRAW = "dossier.withdraw"
    DOSSIER_PAY = "dossier.pay"
    DOCUMENT_UPLOAD = "document.upload"
    DOCUMENT_VIEW = "document.view"
    DOCUMENT_DELETE = "document.delete"
    TASK_VIEW = "task.view"
    TASK_CLAIM = "task.claim"
    TASK_RELEASE = "task.release"
    TASK_COMPLETE = "task.complete"
    TASK_DELEGATE = "task.delegate"
    TASK_REASSIGN = "task.reassign"
    REGISTER_VIEW_PUBLIC = "register.view_public"
    PORTAL_READ = "portal.read"
    EXTERNAL_JOB_WORK = "external-job.work"
    MESSAGE_PUBLISH = "message.publish"
    JOB_VIEW = "job.view"
    INCIDENT_RETRY = "incident.retry"
    INSTANCE_VIEW = "instance.view"
    INSTANCE_READ = "instance.read"
    INSTANCE_CONTROL = "instance.control"
    INSTANCE_CHANGE = "instance.change"
    INTERVENTION_PROPOSE = "intervention.propose"
    INTERVENTION_APPROVE = "intervention.approve"
    INSTANCE_MIGRATE = "instance.migrate"
    AUDIT_VIEW = "audit.view"
    AUDIT_REVIEW = "audit.review"
    ACCOUNT_ADMINISTER = "account.administer"
    DEPARTMENT_ADMINISTER = "department.administer"
    CLIENT_VIEW = "client.view"
    CLIENT_KEEP_KEYS = "client.keep-keys"
    ORGANISATION_CLAIM = "organisation.claim"
    ORGANISATION_VIEW = "organisation.view"
    ORGANISATION_ADMINISTER = "organisation.administer"
    MEMBERSHIP_CONFIRM = "membership.confirm"
    MANDATE_GIVE = "mandate.give"
    MANDATE_ENTER = "mandate.enter"
    IMPORT_RUN = "import.run"
    SESSION_KEEP = "session.keep"
    SETTING_VIEW = "setting.view"
    SETTING_PROPOSE = "setting.propose"
    SETTING_DECIDE = "setting.decide"


class _Any(Enum):
    VALUE = "any value"
    EVEN_NONE = "any value, or none"


Accepted: TypeAlias = frozenset[Any] | _Any


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
        if accepted is _Any.EVEN_NONE:
            return True
        if not accepted:
            return False
        value = getattr(subject, self.attribute)
        return value is not None and (accepted is _Any.VALUE or value in accepted)

    def clause(self, actor: Actor, grant: Grant, scope: Any) -> ColumnElement[bool]:
        """The relation read as SQL, on the columns of a table or a `Scope`."""
        accepted = self.accepted(actor, grant)
        if accepted is _Any.EVEN_NONE:
            return true()
        column: ColumnElement[Any] | None = getattr(scope, self.attribute)
        if column is None or not accepted:
            return false()
        if accepted is _Any.VALUE:
            return column.is_not(None)
        return column.in_(sorted(accepted))


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
    return _Any.VALUE if grant.agency_id is None else frozenset({grant.agency_id})


def _units(_actor: Actor, grant: Grant) -> Accepted:
    return _Any.EVEN_NONE if grant.units is None else grant.units


def _service(_actor: Actor, grant: Grant) -> Accepted:
    return _Any.EVEN_NONE if grant.service is None else frozenset({grant.service})


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
    lambda _actor, grant: _Any.EVEN_NONE if grant.agency_id is None else frozenset(),
)
SAME_AGENCY = Relation("agency_id", "of an agency where the role is held", _agency)
UNIT = Relation("unit_id", "of the unit, or one below it, if the grant names one", _units)
SERVICE = Relation("service_key", "of the service, if the grant names one", _service)
SUBMITTED = Relation("submitted_at", "once submitted", lambda _actor, _grant: _Any.VALUE)
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


@dataclass(frozen=True)
class Scope:
    """What the relations look at, as columns or as values, where no single table has it all."""

    owner_id: Any = None
    acting_for: Any = None
    mandate_id: Any = None
    agency_id: Any = None
    unit_id: Any = None
    service_key: Any = None
    submitted_at: Any = None
    queue: Any = None
    holder: Any = None
    job_kind: Any = None
    message_name: Any = None


@dataclass(frozen=True)
class Rule:
    """One row of the table."""

    action: Action
    role: Role
    relations: tuple[Relation, ...] = ()


def _rules(
    roles: tuple[Role, ...], actions: tuple[Action, ...], *relations: Relation
) -> tuple[Rule, ...]:
    return tuple(Rule(action, role, relations) for role in roles for action in actions)


_APPLICANT: Final = (Role.APPLICANT,)
WORKERS: Final = (Role.DESK_CLERK, Role.OFFICER, Role.DIRECTOR)
_READERS: Final = (*WORKERS, Role.AUDITOR)
STAFF: Final = (*_READERS, Role.OPERATOR, Role.ADMINISTRATOR)
_PLACE: Final = (SAME_AGENCY, UNIT, SERVICE)
_IMPARTIAL: Final = (NOT_ONES_OWN, NOT_OF_ONES_ORGANISATION)
_APPLYING: Final = (
    Action.DOSSIER_VIEW,
    Action.DOSSIER_VIEW_PERSONAL,
    Action.DOSSIER_EDIT,
    Action.DOSSIER_SUBMIT,
    Action.DOSSIER_WITHDRAW,
    Action.DOSSIER_PAY,
    Action.DOCUMENT_UPLOAD,
    Action.DOCUMENT_VIEW,
    Action.DOCUMENT_DELETE,
)
_LOOKING: Final = (Action.DOSSIER_VIEW, Action.DOSSIER_VIEW_PERSONAL, Action.DOCUMENT_VIEW)
_DRAFTING: Final = (
    Action.DOSSIER_EDIT,
    Action.DOCUMENT_UPLOAD,
    Action.DOCUMENT_DELETE,
)
_SIGNING: Final = (Action.DOSSIER_SUBMIT, Action.DOSSIER_WITHDRAW)
_PAYING: Final = (Action.DOSSIER_PAY,)
_CLERKS: Final = (Role.DESK_CLERK, Role.ADMINISTRATOR)
_TAKING: Final = (Action.TASK_VIEW, Action.TASK_CLAIM)
_ENDING: Final = (Action.TASK_RELEASE, Action.TASK_COMPLETE)
_MENDING: Final = (
    Action.INCIDENT_RETRY,
    Action.INSTANCE_READ,
    Action.INSTANCE_CONTROL,
    Action.INSTANCE_CHANGE,
    Action.INSTANCE_MIGRATE,
    Action.INTERVENTION_PROPOSE,
    Action.INTERVENTION_APPROVE,
)
_SETTLING: Final = (Action.SETTING_VIEW, Action.SETTING_PROPOSE, Action.SETTING_DECIDE)

TABLE: Final = (
    *_rules((Role.EVERYONE,), (Action.SERVICE_VIEW, Action.REGISTER_VIEW_PUBLIC)),
    *_rules(_APPLICANT, (Action.DOSSIER_DRAFT,)),
    *_rules(_APPLICANT, _APPLYING, OWNER, FOR_ONESELF),
    *_rules(_APPLICANT, _LOOKING, same_organisation(*MEMBERS)),
    *_rules(_APPLICANT, _DRAFTING, same_organisation(*DRAFTING)),
    *_rules(_APPLICANT, _SIGNING, same_organisation(*SIGNING)),
    *_rules(_APPLICANT, _PAYING, same_organisation(*PAYING)),
    *_rules(_APPLICANT, _LOOKING, by_mandate(*MandateScope)),
    *_rules(_APPLICANT, _DRAFTING, by_mandate(MandateScope.PREPARE)),
    *_rules(_APPLICANT, _SIGNING, by_mandate(MandateScope.SUBMIT)),
    *_rules(_APPLICANT, _PAYING, by_mandate(MandateScope.PAY)),
    *_rules(_APPLICANT, (Action.ORGANISATION_CLAIM, Action.MANDATE_GIVE)),
    *_rules(_APPLICANT, (Action.ORGANISATION_VIEW,), same_organisation(*MEMBERS)),
    *_rules(_APPLICANT, (Action.ORGANISATION_ADMINISTER,), same_organisation(*ADMINISTERING)),
    *_rules(_CLERKS, (Action.MEMBERSHIP_CONFIRM, Action.MANDATE_ENTER)),
    *_rules(_APPLICANT, _TAKING, OWNER, QUEUE),
    *_rules(_APPLICANT, _TAKING, QUEUE, HOLDER),
    *_rules(_APPLICANT, _ENDING, QUEUE, HOLDER),
    *_rules(_READERS, (Action.DOSSIER_VIEW, Action.DOCUMENT_VIEW), *_PLACE, SUBMITTED),
    *_rules(WORKERS, (Action.DOSSIER_UNMASK,), *_PLACE, SUBMITTED),
    *_rules(WORKERS, (Action.TASK_VIEW,), *_PLACE, QUEUE),
    *_rules(WORKERS, (Action.TASK_CLAIM,), *_PLACE, QUEUE, *_IMPARTIAL),
    *_rules(WORKERS, (Action.TASK_COMPLETE,), *_PLACE, QUEUE, HOLDER, *_IMPARTIAL),
    *_rules(WORKERS, (Action.TASK_RELEASE, Action.TASK_DELEGATE), *_PLACE, QUEUE, HOLDER),
    *_rules((Role.DIRECTOR, Role.OPERATOR), (Action.TASK_REASSIGN,), *_PLACE),
    *_rules((Role.AUDITOR,), (Action.TASK_VIEW,), *_PLACE),
    *_rules((Role.AUDITOR,), (Action.AUDIT_VIEW, Action.AUDIT_REVIEW), SAME_AGENCY),
    *_rules((Role.AUDITOR,), (Action.AUDIT_VIEW,), WHOLE_AUTHORITY),
    *_rules((Role.PORTAL,), (Action.PORTAL_READ,), SUBMITTED),
    *_rules((Role.INTEGRATION,), (Action.EXTERNAL_JOB_WORK,), JOB_KIND),
    *_rules((Role.INTEGRATION,), (Action.MESSAGE_PUBLISH,), MESSAGE_NAME),
    *_rules((Role.OPERATOR, Role.ADMINISTRATOR), (Action.JOB_VIEW, Action.INSTANCE_VIEW)),
    *_rules((Role.OPERATOR,), _MENDING),
    *_rules(
        (Role.ADMINISTRATOR,),
        (Action.SERVICE_DEPLOY, Action.ACCOUNT_ADMINISTER, Action.IMPORT_RUN),
        WHOLE_AUTHORITY,
    ),
    *_rules((Role.ADMINISTRATOR,), (Action.DEPARTMENT_ADMINISTER,), SAME_AGENCY),
    *_rules((Role.ADMINISTRATOR,), _SETTLING, SAME_AGENCY),
    *_rules((Role.AUDITOR,), (Action.SETTING_VIEW,), SAME_AGENCY),
    *_rules((Role.APPLICANT, Role.OPERATOR), (Action.CLIENT_VIEW, Action.CLIENT_KEEP_KEYS), OWNER),
    *_rules((Role.ADMINISTRATOR,), (Action.CLIENT_VIEW, Action.CLIENT_KEEP_KEYS)),
    *_rules((Role.APPLICANT, *STAFF), (Action.SESSION_KEEP,), OWNER),
    *_rules((Role.SYSTEM,), tuple(Action)),
)


def allows(actor: Actor, action: Action, subject: Any = None) -> bool:
    """Whether the actor may do the action to the subject (a row, or a `Scope` of values)."""
    return any(
        all(relation.holds(actor, grant, subject) for relation in rule.relations)
        for rule, grant in _chances(actor, action)
    )


def clause(actor: Actor, action: Action, scope: Any) -> ColumnElement[bool]:
    """The same answer as a WHERE clause on the columns of a table's class, or of a `Scope`.

    A chance that cannot come true is left out: `OR false` would keep SQLite from using any index.
    """
    chances = (
        [each.clause(actor, grant, scope) for each in rule.relations]
        for rule, grant in _chances(actor, action)
    )
    return or_(false(), *(and_(true(), *chance) for chance in chances if _may_hold(chance)))


def _may_hold(chance: Sequence[ColumnElement[bool]]) -> bool:
    return not any(isinstance(condition, False_) for condition in chance)


def require(actor: Actor, action: Action, subject: Any = None) -> None:
    """Raise unless allowed: NotSignedIn when nobody is signed in, ActionRefused otherwise."""
    if not allows(actor, action, subject):
        raise _refusal(actor)


def may_ever(actor: Actor, action: Action) -> bool:
    """Whether some subject could exist on which the actor may do this: for menus, token scopes."""
    return next(_chances(actor, action), None) is not None


def require_ever(actor: Actor, action: Action) -> None:
    """Raise unless the actor's roles allow the action on some subject: the door of a list."""
    if not may_ever(actor, action):
        raise _refusal(actor)


def scopes_of(actor: Actor) -> frozenset[str]:
    """All actions that the actor's roles could ever allow, as token scopes."""
    possible = frozenset(action for action in Action if may_ever(actor, action))
    return possible if actor.scopes is None else possible & actor.scopes


def _chances(actor: Actor, action: Action) -> Iterator[tuple[Rule, Grant]]:
    """The rows that can hold, with the grants that can make them hold.

    A token narrows its bearer, but not below what everyone may do. A grant narrowed to a unit or a
    service gives no deed that is not done to a subject of one.
    """
    narrowed = actor.scopes is not None and action not in actor.scopes
    for rule in _RULES[action]:
        if narrowed and rule.role is not Role.EVERYONE:
            continue
        for grant in actor.held(rule.role):
            if not grant.is_narrowed or UNIT in rule.relations:
                yield rule, grant


def _refusal(actor: Actor) -> ActionRefused | NotSignedIn:
    return ActionRefused() if actor.is_known else NotSignedIn()


_RULES: Final = {
    action: tuple(rule for rule in TABLE if rule.action is action) for action in Action
}
