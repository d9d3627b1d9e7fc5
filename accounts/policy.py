"""Who may do what: one table, read by lists (as SQL), details, API and pages (as Python).

A row says: this role may do this action to subjects that stand in ALL the named relations to it.
Whatever no row allows is refused. The relations are asked of one grant of the role at a time: two
grants never add up to something that neither of them gives. `accounts.relations` has the relations.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlalchemy.sql.expression import False_, True_

from accounts.actions import Action
from accounts.actor import (
    ADMINISTERING,
    DRAFTING,
    MEMBERS,
    PAYING,
    SIGNING,
    Actor,
    Grant,
    MandateScope,
    Role,
)
from accounts.errors import ActionRefused, NotSignedIn
from accounts.relations import (
    FOR_ONESELF,
    HOLDER,
    JOB_KIND,
    MESSAGE_NAME,
    NOT_OF_ONES_ORGANISATION,
    NOT_ONES_OWN,
    OWNER,
    QUEUE,
    SAME_AGENCY,
    SERVICE,
    SUBMITTED,
    UNIT,
    WHOLE_AUTHORITY,
    Relation,
    by_mandate,
    same_organisation,
)

__all__ = [
    "STAFF",
    "TABLE",
    "WORKERS",
    "Action",
    "Rule",
    "Scope",
    "allows",
    "clause",
    "may_ever",
    "require",
    "require_ever",
    "scopes_of",
]


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
_GUEST: Final = (Role.GUEST,)
WORKERS: Final = (Role.DESK_CLERK, Role.OFFICER, Role.DIRECTOR)
_PETITIONED: Final = (Role.OFFICER, Role.DIRECTOR)
_ANSWERING: Final = (Role.OFFICER, Role.DIRECTOR)
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
    Action.REQUEST_MAKE,
    Action.RATING_GIVE,
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
_SIGNING: Final = (
    Action.DOSSIER_SUBMIT,
    Action.DOSSIER_WITHDRAW,
    Action.REQUEST_MAKE,
    Action.RATING_GIVE,
)
_PAYING: Final = (Action.DOSSIER_PAY,)
_DECIDING: Final = (Role.OFFICER, Role.DIRECTOR)
_USING_HOLDINGS: Final = (Action.HOLDING_KEEP, Action.HOLDING_USE)
_HOLDING: Final = (Action.HOLDING_VIEW, *_USING_HOLDINGS, Action.HOLDING_MANAGE)
_BOOKKEEPERS: Final = (Role.DESK_CLERK, Role.DIRECTOR, Role.AUDITOR)
_CLERKS: Final = (Role.DESK_CLERK, Role.ADMINISTRATOR)
_TAKING: Final = (Action.TASK_VIEW, Action.TASK_CLAIM)
_WORKING: Final = (Action.TASK_COMPLETE, Action.CONFIDENTIAL_READ)
_ENDING: Final = (Action.TASK_RELEASE, Action.TASK_COMPLETE)
_WATCHERS: Final = (Role.OPERATOR, Role.ADMINISTRATOR)
_WATCHING: Final = (Action.JOB_VIEW, Action.INSTANCE_VIEW)
_MENDING: Final = (
    Action.INCIDENT_RETRY,
    Action.INSTANCE_READ,
    Action.INSTANCE_UNMASK,
    Action.INSTANCE_CONTROL,
    Action.INSTANCE_CHANGE,
    Action.INTERVENTION_PROPOSE,
    Action.INTERVENTION_APPROVE,
)
_REPORTED_TO: Final = (Role.DIRECTOR, Role.ADMINISTRATOR, Role.AUDITOR)
_AUDITING: Final = (Action.AUDIT_VIEW, Action.AUDIT_REVIEW)
_SETTLING: Final = (Action.SETTING_VIEW, Action.SETTING_PROPOSE, Action.SETTING_DECIDE)

TABLE: Final = (
    *_rules(
        (Role.EVERYONE,),
        (Action.SERVICE_VIEW, Action.REGISTER_VIEW_PUBLIC, Action.PETITION_SEND),
    ),
    *_rules(_APPLICANT, (Action.PETITION_OWN,), OWNER),
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
    *_rules(_GUEST, _APPLYING, OWNER, FOR_ONESELF),
    *_rules(_GUEST, _TAKING, OWNER, QUEUE),
    *_rules(_GUEST, _TAKING, QUEUE, HOLDER),
    *_rules(_GUEST, _ENDING, QUEUE, HOLDER),
    *_rules(_READERS, (Action.DOSSIER_VIEW, Action.DOCUMENT_VIEW), *_PLACE, SUBMITTED),
    *_rules(WORKERS, (Action.DOSSIER_UNMASK,), *_PLACE, SUBMITTED),
    *_rules(_READERS, (Action.DOSSIER_VIEW_HOLD,), *_PLACE, SUBMITTED),
    *_rules((Role.DIRECTOR,), (Action.DOSSIER_HOLD,), *_PLACE, SUBMITTED, *_IMPARTIAL),
    *_rules((Role.DESK_CLERK,), (Action.DOSSIER_RECEIVE,), SAME_AGENCY),
    *_rules(_READERS, (Action.FEE_VIEW,), SAME_AGENCY),
    *_rules((Role.DESK_CLERK,), (Action.FEE_COLLECT,), *_PLACE, SUBMITTED, *_IMPARTIAL),
    *_rules(WORKERS, (Action.FEE_DECIDE,), *_PLACE, SUBMITTED, *_IMPARTIAL),
    *_rules((Role.DIRECTOR,), (Action.FEE_APPROVE,), *_PLACE, SUBMITTED, *_IMPARTIAL),
    *_rules((Role.AUDITOR,), (Action.PETITION_VIEW,), SAME_AGENCY),
    *_rules(
        _PETITIONED,
        (Action.PETITION_VIEW, Action.PETITION_ANSWER),
        *_PLACE,
        NOT_ONES_OWN,
    ),
    *_rules(_READERS, (Action.REQUEST_VIEW,), *_PLACE, SUBMITTED),
    *_rules(WORKERS, (Action.REQUEST_PROPOSE,), *_PLACE, SUBMITTED, *_IMPARTIAL),
    *_rules(_ANSWERING, (Action.REQUEST_ANSWER,), *_PLACE, SUBMITTED, *_IMPARTIAL),
    *_rules((Role.DIRECTOR,), (Action.REQUEST_DECIDE,), *_PLACE, SUBMITTED, *_IMPARTIAL),
    *_rules(WORKERS, (Action.HANDOVER_SEND,), *_PLACE, SUBMITTED),
    *_rules(WORKERS, (Action.HANDOVER_ANSWER,), *_PLACE),
    *_rules(_APPLICANT, _HOLDING, OWNER, FOR_ONESELF),
    *_rules(_APPLICANT, (Action.HOLDING_VIEW,), same_organisation(*MEMBERS)),
    *_rules(_APPLICANT, _USING_HOLDINGS, same_organisation(*DRAFTING)),
    *_rules(_APPLICANT, (Action.HOLDING_MANAGE,), same_organisation(*ADMINISTERING)),
    *_rules(_APPLICANT, (Action.ENTRY_COPY,), OWNER, FOR_ONESELF),
    *_rules(_APPLICANT, (Action.ENTRY_COPY,), same_organisation(*DRAFTING)),
    *_rules((Role.DESK_CLERK,), (Action.ENTRY_COPY,), *_PLACE, SUBMITTED),
    *_rules(_DECIDING, (Action.ENTRY_PROCEED,), *_PLACE, SUBMITTED, *_IMPARTIAL),
    *_rules(_BOOKKEEPERS, (Action.BOOK_VIEW,), SAME_AGENCY),
    *_rules((Role.DIRECTOR,), (Action.BOOK_CANCEL,), SAME_AGENCY, *_IMPARTIAL),
    *_rules(WORKERS, (Action.TASK_VIEW,), *_PLACE, QUEUE),
    *_rules(WORKERS, (Action.TASK_CLAIM,), *_PLACE, QUEUE, *_IMPARTIAL),
    *_rules(WORKERS, _WORKING, *_PLACE, QUEUE, HOLDER, *_IMPARTIAL),
    *_rules(WORKERS, (Action.TASK_RELEASE, Action.TASK_DELEGATE), *_PLACE, QUEUE, HOLDER),
    *_rules((Role.DIRECTOR, Role.OPERATOR), (Action.TASK_REASSIGN,), *_PLACE),
    *_rules((Role.AUDITOR,), (Action.TASK_VIEW,), *_PLACE),
    *_rules((Role.AUDITOR,), _AUDITING, SAME_AGENCY),
    *_rules((Role.AUDITOR,), _AUDITING, WHOLE_AUTHORITY),
    *_rules((Role.DIRECTOR, Role.AUDITOR), (Action.ESCALATION_VIEW,), *_PLACE),
    *_rules(_REPORTED_TO, (Action.REPORT_VIEW, Action.REPORT_MAKE), SAME_AGENCY),
    *_rules((Role.AUDITOR,), (Action.EVENT_LOG_EXPORT,), SAME_AGENCY),
    *_rules(WORKERS, (Action.OVERDUE_EXPLAIN,), *_PLACE, SUBMITTED),
    *_rules((Role.ADMINISTRATOR,), (Action.ESCALATION_VIEW,), SAME_AGENCY),
    *_rules((Role.PORTAL,), (Action.PORTAL_READ,), SUBMITTED),
    *_rules((Role.INTEGRATION,), (Action.EXTERNAL_JOB_WORK,), JOB_KIND),
    *_rules((Role.INTEGRATION,), (Action.MESSAGE_PUBLISH, Action.ENQUIRY_ANSWER), MESSAGE_NAME),
    *_rules(_WATCHERS, _WATCHING, *_PLACE),
    *_rules(_WATCHERS, _WATCHING, WHOLE_AUTHORITY),
    *_rules((Role.OPERATOR,), _MENDING, *_PLACE),
    *_rules((Role.OPERATOR,), _MENDING, WHOLE_AUTHORITY),
    *_rules((Role.OPERATOR,), (Action.INSTANCE_MIGRATE,), WHOLE_AUTHORITY),
    *_rules(
        (Role.ADMINISTRATOR,),
        (Action.SERVICE_DEPLOY, Action.ACCOUNT_ADMINISTER, Action.IMPORT_RUN),
        WHOLE_AUTHORITY,
    ),
    *_rules((Role.ADMINISTRATOR,), (Action.DEPARTMENT_ADMINISTER,), SAME_AGENCY),
    *_rules((Role.ADMINISTRATOR,), (*_SETTLING, Action.DUE_DATE_RECOUNT), SAME_AGENCY),
    *_rules((Role.AUDITOR,), (Action.SETTING_VIEW,), SAME_AGENCY),
    *_rules((Role.APPLICANT, Role.OPERATOR), (Action.CLIENT_VIEW, Action.CLIENT_KEEP_KEYS), OWNER),
    *_rules((Role.ADMINISTRATOR,), (Action.CLIENT_VIEW, Action.CLIENT_KEEP_KEYS), WHOLE_AUTHORITY),
    *_rules((Role.APPLICANT, *STAFF), (Action.SESSION_KEEP, Action.EXPORT_OWN), OWNER),
    *_rules(_APPLICANT, (Action.EVIDENCE_EXPORT,), OWNER, FOR_ONESELF, SUBMITTED),
    *_rules(_APPLICANT, (Action.EVIDENCE_EXPORT,), same_organisation(*SIGNING), SUBMITTED),
    *_rules(
        (Role.DIRECTOR, Role.AUDITOR), (Action.EVIDENCE_EXPORT,), *_PLACE, SUBMITTED, *_IMPARTIAL
    ),
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
    What always holds is left out too: every part is built and keyed anew for each request.
    """
    chances = (
        [each.clause(actor, grant, scope) for each in rule.relations]
        for rule, grant in _chances(actor, action)
    )
    return _any([_all(chance) for chance in chances if _may_hold(chance)])


def _may_hold(chance: Sequence[ColumnElement[bool]]) -> bool:
    return not any(isinstance(condition, False_) for condition in chance)


def _all(chance: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    said = [condition for condition in chance if not isinstance(condition, True_)]
    return and_(*said) if said else true()


def _any(chances: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    return or_(*chances) if chances else false()


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
    service gives no deed that is not done to a subject of one, and one for an agency none that
    concerns all of them.
    """
    narrowed = actor.scopes is not None and action not in actor.scopes
    for rule in _RULES[action]:
        if narrowed and rule.role is not Role.EVERYONE:
            continue
        for grant in actor.held(rule.role):
            if _reaches(grant, rule):
                yield rule, grant


def _reaches(grant: Grant, rule: Rule) -> bool:
    if grant.is_narrowed and UNIT not in rule.relations:
        return False
    return grant.agency_id is None or WHOLE_AUTHORITY not in rule.relations


def _refusal(actor: Actor) -> ActionRefused | NotSignedIn:
    return ActionRefused() if actor.is_known else NotSignedIn()


_RULES: Final = {
    action: tuple(rule for rule in TABLE if rule.action is action) for action in Action
}
