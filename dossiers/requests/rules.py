"""What the service says about requests, read for one dossier."""

from datetime import datetime
from typing import Any, Final

from accounts.policy import Action
from core.clock import now
from dossiers.context import jurisdiction
from dossiers.models import Dossier, DossierStatus
from dossiers.requests.errors import DecidedAlready, RequestNotOffered
from dossiers.requests.models import RequestKind
from dossiers.settled.facts import facts_of
from workflows.pack import expression
from workflows.queries import service_version
from workflows.sections.requests import DIRECTOR, RequestRules

_LATER: Final = expression("moment + duration(period)")


def rules_of(dossier: Dossier) -> RequestRules:
    """The rules of the version to which a dossier is pinned."""
    return service_version(dossier.service_version).manifest.requests


def rule_of(kind: RequestKind, dossier: Dossier) -> Any:
    """The rule about a kind; raises RequestNotOffered where the service has none."""
    rule = getattr(rules_of(dossier), kind.value)
    if rule is None:
        raise RequestNotOffered
    return rule


def offers(kind: RequestKind, dossier: Dossier) -> bool:
    """Whether the service knows such requests."""
    return getattr(rules_of(dossier), kind.value) is not None


def action_to_answer(kind: RequestKind, dossier: Dossier) -> Action:
    """The action that answering takes: deciding, where the rule leaves it to the director."""
    rule = getattr(rules_of(dossier), kind.value)
    by_director = rule is not None and getattr(rule, "decided_by", "") == DIRECTOR
    return Action.REQUEST_DECIDE if by_director else Action.REQUEST_ANSWER


def setting_of(dossier: Dossier, name: str) -> Any:
    """A setting of the service as it was when the dossier was submitted."""
    day = jurisdiction().calendar.local_date(dossier.submitted_at or now())
    return facts_of(service_version(dossier.service_version), dossier.agency_id, day=day)[name]


def later(moment: datetime, period: str) -> datetime:
    """A moment some ISO 8601 duration later."""
    found: datetime = _LATER.evaluate({"moment": moment, "period": period})
    return found


def is_decided(dossier: Dossier) -> bool:
    """Whether there is a result already, or the dossier is over."""
    return dossier.status.final or dossier.status is DossierStatus.FINISHED


def require_undecided(dossier: Dossier) -> None:
    """Raise DecidedAlready."""
    if is_decided(dossier):
        raise DecidedAlready
