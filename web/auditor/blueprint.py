"""Where the auditor's pages are hung, and what they share."""

from datetime import date
from typing import Final
from uuid import UUID

from flask import Blueprint, request

from accounts import policy
from accounts import queries as accounts
from accounts.actor import Actor
from accounts.models import Agency
from accounts.policy import Action
from accounts.reach import place
from auditing.errors import DaysWrong
from core.i18n import pick
from web.languages import current
from web.visitors import known_visitor

blueprint = Blueprint("auditor", __name__, template_folder="templates", url_prefix="/auditor")

EVERYWHERE: Final = ""


@blueprint.before_request
def _for_auditors() -> None:
    policy.require_ever(known_visitor(), Action.AUDIT_VIEW)


def auditor() -> Actor:
    """The visitor, who is an auditor somewhere."""
    return known_visitor()


def agencies() -> list[Agency]:
    """The agencies that this auditor looks after."""
    return [
        each
        for each in accounts.agencies()
        if policy.allows(auditor(), Action.AUDIT_REVIEW, place(each.id))
    ]


def agency_items(chosen: str, *, everywhere: str) -> list[dict[str, object]]:
    """The choice of an agency; `everywhere` names the choice of none."""
    items = [{"value": str(each.id), "text": pick(each.names, current())} for each in agencies()]
    if policy.allows(auditor(), Action.AUDIT_REVIEW, place(None)):
        items.insert(0, {"value": EVERYWHERE, "text": everywhere})
    return [{**each, "selected": each["value"] == chosen} for each in items]


def agency_name(agency_id: UUID | None, everywhere: str) -> str:
    """What an agency is called; `everywhere` where none is named."""
    names = {each.id: pick(each.names, current()) for each in accounts.agencies()}
    return names.get(agency_id, "") if agency_id else everywhere


def sent_id(name: str) -> UUID | None:
    """An id that was sent; None for none, and for nonsense."""
    try:
        return UUID(request.values.get(name, ""))
    except ValueError:
        return None


def sent_day(name: str) -> date | None:
    """A day that was sent; raises DaysWrong."""
    text = request.values.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise DaysWrong from error
