"""Handing in a supplement for somebody without an account, at the desk that took the dossier in."""

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from core.database import transaction
from core.errors import InvalidRequest
from dossiers.desk.queries import find_reception
from dossiers.desk.supplementing import asked_at_desk, hand_in
from forms import AnswersInvalid
from web.clerk.blueprint import blueprint
from web.clerk.entering import Fields, Reply, entry_page
from web.languages import current
from web.visitors import known_visitor, told


@blueprint.get("/receptions/<reference>/supplement")
def ask_desk_supplement(reference: str) -> str:
    """What the agency asks for, the answers and papers, and the form of the reply."""
    asked_at_desk(reference, visible_to=known_visitor())
    return _page(reference)


@blueprint.post("/receptions/<reference>/supplement")
def hand_in_desk_supplement(reference: str) -> Response | tuple[str, int]:
    """Send what was written down, with the reply, in the applicant's place."""
    actor = known_visitor()
    item = asked_at_desk(reference, visible_to=actor)
    form, done = item.pack.form(item.task.form_key), _done()
    typed = form.answers_from(request.form)
    try:
        form.load(typed, current())
    except AnswersInvalid as error:
        return _page(reference, reply=Reply(typed, error.fields, done)), error.status
    try:
        with transaction():
            hand_in(reference, typed, done, language=current(), by=actor)
    except InvalidRequest as error:
        return _page(reference, error.fields, Reply(typed, done=done)), error.status
    return told(_("The supplement is handed in."), url_for("clerk.reception", reference=reference))


def _page(reference: str, fields: Fields | None = None, reply: Reply | None = None) -> str:
    dossier, taken = find_reception(reference, visible_to=known_visitor())
    answers: Mapping[str, Any] = dossier.answers
    return entry_page(dossier, taken, answers, fields or {}, reply)


def _done() -> set[int] | None:
    """The numbers of the boxes that are ticked; None where there was no list."""
    if "list" not in request.form:
        return None
    given = request.form.getlist("done")
    return {int(each) for each in given if each.isascii() and each.isdigit() and len(each) < 4}  # noqa: PLR2004  longer than any list
