"""Where the auditor's pages are hung, and what they share."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts import policy
from accounts import queries as accounts
from accounts.actor import Actor
from accounts.models import Agency
from accounts.policy import Action, Scope
from auditing import inquiries
from auditing.errors import DaysWrong
from auditing.models import AccessReview, Sample
from core.database import transaction
from core.errors import MotcuaError
from core.i18n import pick, sentences_of
from web.cursors import cursor
from web.languages import current
from web.visitors import known_visitor, told

blueprint = Blueprint("auditor", __name__, template_folder="templates", url_prefix="/auditor")

EVERYWHERE: Final = ""
PAGE_SIZE: Final = 50

Kept = TypeVar("Kept", Sample, AccessReview)
Answer = str | Response | tuple[str, int]


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
        if policy.allows(auditor(), Action.AUDIT_REVIEW, Scope(agency_id=each.id))
    ]


def agency_items(chosen: str, *, everywhere: str) -> list[dict[str, object]]:
    """The choice of an agency; `everywhere` names the choice of none."""
    items = [{"value": str(each.id), "text": pick(each.names, current())} for each in agencies()]
    if policy.allows(auditor(), Action.AUDIT_REVIEW, Scope()):
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


def newest(kind: type[Kept]) -> dict[str, Any]:
    """A page of the samples or reviews, and the address of the next one."""
    found = inquiries.newest(kind, visible_to=auditor(), after=cursor(), limit=PAGE_SIZE + 1)
    shown: Sequence[Kept] = found[:PAGE_SIZE]
    more = len(found) > PAGE_SIZE
    return {
        "found": shown,
        "more": url_for(str(request.endpoint), after=shown[-1].id) if more else None,
    }


def sign_off(
    found: Kept, close: Callable[..., Kept], page: Callable[[Kept, dict[str, str]], str]
) -> Answer:
    """Close a sample or a review with the conclusion that was sent, or say what is wrong with it."""
    try:
        with transaction():
            close(found.id, request.form.get("conclusion", "")[:2000], by=auditor())
    except MotcuaError as error:
        return page(found, {"conclusion": sentences_of(error)}), error.status
    return told(_("It is signed off."), request.path.removesuffix("/sign-off"))
