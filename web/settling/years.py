"""The calendar of a year: what holds, drafts that wait, and what was believed on another day."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from accounts import queries as accounts
from accounts.policy import Action
from administration import EVERYWHERE
from administration.queries import may_settle
from core.clock import today
from core.database import transaction
from core.errors import N_
from core.i18n import sentences_of, translated
from dossiers.calendars.beliefs import Belief, believed, changes_of
from dossiers.calendars.drafts import drafted, make_drafts, settle_drafts
from dossiers.calendars.errors import NoDraftsHere, YearTooFar
from dossiers.calendars.years import Standing, year_of
from web import formats
from web.settling.blueprint import acting, blueprint, place_named
from web.visitors import known_visitor, told

_SORTS = {
    "rest": N_("The agency rests"),
    "work": N_("The agency works (make-up day)"),
    "half": N_("The agency works in the morning only"),
    None: N_("As on every such day of the week"),
}
_STANDINGS = {
    Standing.MISSING: N_("No day of this year is known."),
    Standing.UNCONFIRMED: N_("Some days rest on no official notice."),
    Standing.CONFIRMED: N_("Every day rests on an official notice."),
}


@blueprint.get("/calendar-day/years/<int:year>")
def calendar_year(year: int) -> str:
    """A year, with the question what was believed on one day about another."""
    return _page(year)


@blueprint.post("/calendar-day/years/<int:year>/drafts")
def draft_year(year: int) -> Response | tuple[str, int]:
    """Make proposals of what a package counts out."""
    try:
        with transaction():
            count = make_drafts(year, by=acting(Action.SETTING_PROPOSE))
    except (NoDraftsHere, YearTooFar) as error:
        return _page(year, {"drafts": sentences_of(error)}), error.status
    done = ngettext("%(num)s day is proposed.", "%(num)s days are proposed.", count)
    return told(done, url_for(".calendar_year", year=year))


@blueprint.post("/calendar-day/years/<int:year>/decide")
def decide_drafts(year: int) -> Response | tuple[str, int]:
    """Let the chosen drafts hold, or refuse them."""
    chosen = [each for text in request.form.getlist("draft") if (each := place_named(text)).int]
    if not chosen:
        return _page(year, {"decide": _("Choose the days about which you decide.")}), 400
    hold, note = request.form.get("decision") == "hold", request.form.get("note", "").strip()
    if not hold and not note:
        return _page(year, {"note": _("Write why you refuse.")}), 400
    with transaction():
        count = settle_drafts(chosen, hold=hold, by=acting(Action.SETTING_DECIDE), note=note)
    done = ngettext("%(num)s draft is decided.", "%(num)s drafts are decided.", count)
    return told(done, url_for(".calendar_year", year=year))


def standing_words(standing: Standing) -> str:
    """How far one may rely on a year, in words."""
    return translated(_STANDINGS[standing])


def sort_words(sort: str | None) -> str:
    """What an agency does on a day, in words."""
    return translated(_SORTS[sort])


def _iso_day(text: str) -> str:
    """A day of a stored value, as the reader writes it."""
    return formats.day(date.fromisoformat(text))


def _page(year: int, errors: dict[str, str] | None = None) -> str:
    actor = known_visitor()
    place = place_named(request.args.get("agency", ""))
    belief, faults = _asked(place)
    return render_template(
        "settling/year.html",
        year=year_of(year, place),
        drafts=drafted(year),
        may_draft=may_settle(actor, EVERYWHERE, Action.SETTING_PROPOSE),
        may_decide=may_settle(actor, EVERYWHERE, Action.SETTING_DECIDE),
        agencies=accounts.agencies(),
        chosen=place,
        belief=belief,
        asked=request.args,
        errors={**faults, **(errors or {})},
        sort_words=sort_words,
        standing_words=standing_words,
        iso_day=_iso_day,
    )


def _asked(place: UUID) -> tuple[tuple[Belief, Belief, Sequence[Any]] | None, dict[str, str]]:
    """What was believed then, what is now, and every decision between; or what is wrong."""
    if "about" not in request.args:
        return None, {}
    faults, days = {}, []
    for name in ("about", "on"):
        try:
            days.append(date.fromisoformat(request.args.get(name, "")))
        except ValueError:
            faults[name] = _("There is no such day. Write it like 2026-11-24.")
    if faults:
        return None, faults
    about, on = days
    now = believed(about, on=today(), agency_id=place)
    return (believed(about, on=on, agency_id=place), now, changes_of(about, place)), {}
