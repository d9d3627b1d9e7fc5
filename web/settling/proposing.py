"""Proposing a value or the end of one: asked, shown with its effects, and only then proposed."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from accounts.policy import Action
from administration import EVERYWHERE, SettingKind, operations, queries
from administration.forms import FROM, REASON, RULING, UNTIL
from administration.kinds import kinds
from administration.models import ProposalState, SettingProposal
from administration.timeline import Ruling, Value
from core.clock import today
from core.database import transaction
from core.errors import InvalidRequest, MotcuaError
from core.i18n import sentences_of
from forms import AnswersInvalid, Path
from forms.rendering import render_page
from web.languages import current
from web.settling.blueprint import acting, blueprint, place_named, places
from web.visitors import known_visitor

Fields = Mapping[Path, list[str]]
Answer = str | Response | tuple[str, int]


@blueprint.get("/<kind>/propose")
def ask(kind: str) -> str:
    """Ask for the value, filled in with what holds."""
    acting(Action.SETTING_PROPOSE)
    sort, key = kinds().kind(kind), request.args.get("key", "")
    known = _value_now(sort, place_named(request.args.get("agency", "")), key)
    return _asked(sort, {**(known or {}), FROM: today().isoformat()})


@blueprint.post("/<kind>/propose")
def propose(kind: str) -> Answer:
    """Show what the value would change; propose it when that was seen."""
    acting(Action.SETTING_PROPOSE)
    sort = kinds().kind(kind)
    typed = {**sort.form.answers_from(request.form), **RULING.answers_from(request.form)}
    try:
        ruling, reason = _ruling(sort, typed)
        if "send" not in request.form:
            return _preview(sort, ruling, reason)
        return _proposed(sort, ruling, reason)
    except InvalidRequest as error:
        return _asked(sort, typed, error), 422
    except MotcuaError as error:
        return _asked(sort, typed, error), error.status


@blueprint.get("/<kind>/end")
def ask_end(kind: str) -> str:
    """Ask from which day on nothing shall hold."""
    acting(Action.SETTING_PROPOSE)
    return _end_page(kinds().kind(kind), {FROM: today().isoformat()})


@blueprint.post("/<kind>/end")
def propose_end(kind: str) -> Answer:
    """Propose the end."""
    actor, sort = acting(Action.SETTING_PROPOSE), kinds().kind(kind)
    typed = RULING.answers_from(request.form)
    try:
        asked = RULING.load(typed, current())
        with transaction():
            made = operations.propose_end(
                kind,
                request.form.get("key", ""),
                valid_from=date.fromisoformat(asked[FROM]),
                agency_id=place_named(request.form.get("agency", "")),
                reason=asked[REASON],
                by=actor,
            )
    except MotcuaError as error:
        return _end_page(sort, typed, error), error.status
    return _told(sort, made)


def _ruling(kind: SettingKind, typed: Mapping[str, Any]) -> tuple[Ruling, str]:
    """What was typed, checked as a whole; raises AnswersInvalid naming everything that is wrong."""
    faults: dict[Path, list[str]] = {}
    value, asked = {}, {}
    try:
        value = operations.checked(kind, typed, current())
    except AnswersInvalid as error:
        faults |= error.fields
    try:
        asked = RULING.load(typed, current())
    except AnswersInvalid as error:
        faults |= error.fields
    if faults:
        raise AnswersInvalid(faults)
    last = asked.get(UNTIL)
    ruling = Ruling(
        value, date.fromisoformat(asked[FROM]), date.fromisoformat(last) if last else None
    )
    return ruling, asked[REASON]


def _preview(kind: SettingKind, ruling: Ruling, reason: str) -> str:
    agency_id = place_named(request.form.get("agency", ""))
    change = queries.change_by(ruling, kind, agency_id, kind.key(ruling.value or {}))
    return render_template(
        "settling/preview.html",
        kind=kind,
        change=change,
        effects=kind.effects(change),
        reason=reason,
        sent=[
            (name, text) for name, text in request.form.items(multi=True) if name != "csrf_token"
        ],
    )


def _proposed(kind: SettingKind, ruling: Ruling, reason: str) -> Response:
    with transaction():
        made = operations.propose(
            kind.code,
            ruling,
            agency_id=place_named(request.form.get("agency", "")),
            reason=reason,
            by=known_visitor(),
            language=current(),
        )
    return _told(kind, made)


def _told(kind: SettingKind, made: SettingProposal) -> Response:
    if made.state is ProposalState.PROPOSED:
        flash(_("It is proposed. It holds when a second person has decided it."), "done")
        return redirect(url_for("settling.proposal", proposal_id=made.id), 303)
    flash(_("It is decided."), "done")
    return redirect(url_for("settling.settled", kind=kind.code), 303)


def _asked(kind: SettingKind, answers: Mapping[str, Any], error: MotcuaError | None = None) -> str:
    fields = error.fields if isinstance(error, AnswersInvalid) else {}
    return render_template(
        "settling/propose.html",
        kind=kind,
        places=places(kind),
        agency=request.values.get("agency", ""),
        fields=_drawn(kind, answers, fields),
        problems=_problems(kind, fields, error),
    )


def _drawn(kind: SettingKind, answers: Mapping[str, Any], fields: Fields) -> list[Any]:
    named = place_named(request.values.get("agency", ""))
    around = [named] if named in (own := places(kind)) and named != EVERYWHERE else own
    return [
        render_page(form, form.pages[0], answers, fields, current(), bare=True)
        for form in (kind.form.offering(kind.options(around)), RULING)
    ]


def _end_page(
    kind: SettingKind, answers: Mapping[str, Any], error: MotcuaError | None = None
) -> str:
    fields = error.fields if isinstance(error, AnswersInvalid) else {}
    key = request.values.get("key", "")
    agency_id = place_named(request.values.get("agency", ""))
    return render_template(
        "settling/end.html",
        kind=kind,
        key=key,
        agency_id=agency_id,
        value=_value_now(kind, agency_id, key),
        fields=render_page(RULING, RULING.pages[0], answers, fields, current(), bare=True),
        problems=_problems(kind, fields, error),
    )


def _problems(kind: SettingKind, fields: Fields, error: MotcuaError | None) -> list[dict[str, str]]:
    if error is None:
        return []
    named = [*kind.form.error_summary(fields), *RULING.error_summary(fields)]
    return named if fields else [{"text": sentences_of(error)}]


def _value_now(kind: SettingKind, agency_id: UUID, key: str) -> Value | None:
    return queries.change_by(Ruling(None, today()), kind, agency_id, key).before
