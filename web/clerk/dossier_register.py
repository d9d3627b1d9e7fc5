"""The register of dossiers (form 07) on the desk: a page, a PDF and a table for a period."""

from datetime import date
from typing import Final

from flask import Response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from accounts import policy
from accounts import queries as accounts
from accounts.actor import Actor
from accounts.errors import AgencyUnknown
from accounts.models import Agency
from accounts.places import agency_names
from accounts.policy import Action
from core.audit import note
from core.clock import today
from core.database import transaction
from core.i18n import pick, sentences_of
from dossiers.audit import DossierTag
from dossiers.handovers import papers, register
from dossiers.handovers.errors import PeriodWrong, RegisterTooLong
from dossiers.handovers.register import Period
from web import languages
from web.clerk.blueprint import blueprint
from web.clerk.hand_overs import as_pdf
from web.visitors import known_visitor

PAGE_SIZE: Final = 50


@blueprint.get("/register")
def dossier_register() -> str | tuple[str, int]:
    """What an agency received in a period, and how it came out."""
    actor = known_visitor()
    policy.require_ever(actor, Action.DOSSIER_VIEW)
    agencies = _agencies(actor)
    if not agencies:
        return _page(actor, agencies, None, None)
    try:
        return _page(actor, agencies, _agency(agencies), _period())
    except PeriodWrong as error:
        return _page(actor, agencies, _agency(agencies), None, sentences_of(error)), error.status


@blueprint.get("/register/export")
def export_register() -> AnyResponse | tuple[str, int]:
    """The same as a table for spreadsheets, or as form 07; on record."""
    actor = known_visitor()
    policy.require_ever(actor, Action.DOSSIER_VIEW)
    agencies = _agencies(actor)
    agency, as_table = _agency(agencies), request.args.get("as") == "csv"
    try:
        period = _period()
        content = _table(agency, period, actor) if as_table else _pdf(agency, period, actor)
    except (PeriodWrong, RegisterTooLong) as error:
        return _page(actor, agencies, agency, None, sentences_of(error)), error.status
    name = f"{agency.code}-{period.first}-{period.last}"
    if not as_table:
        return as_pdf(content, f"{name}.pdf")
    answer = Response(content, mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return answer


def _table(agency: Agency, period: Period, actor: Actor) -> bytes:
    _note(agency, period, actor, "csv")
    found = register.lines(agency.id, period, visible_to=actor, language=languages.current())
    return register.as_csv(found)


def _pdf(agency: Agency, period: Period, actor: Actor) -> bytes:
    _note(agency, period, actor, "pdf")
    return papers.register_pdf(agency, period, visible_to=actor)


def _note(agency: Agency, period: Period, actor: Actor, form: str) -> None:
    days = {"first": period.first.isoformat(), "last": period.last.isoformat(), "as": form}
    with transaction():
        subject = f"agency:{agency.id}"
        note(
            DossierTag.REGISTER_TAKEN,
            actor=actor.id,
            subject=subject,
            chain=agency.id,
            details=days,
        )


def _page(
    actor: Actor,
    agencies: list[Agency],
    agency: Agency | None,
    period: Period | None,
    error: str = "",
) -> str:
    skip = max(request.args.get("skip", 0, type=int), 0)
    language = languages.current()
    found, totals = [], None
    if agency is not None and period is not None:
        totals = register.totals(agency.id, period, visible_to=actor)
        found = register.lines(
            agency.id, period, visible_to=actor, language=language, skip=skip, limit=PAGE_SIZE + 1
        )
    return render_template(
        "clerk/dossier_register.html",
        agencies=[_choice(each, agency, language) for each in agencies],
        agency=agency,
        period=period,
        lines=found[:PAGE_SIZE],
        skip=skip + PAGE_SIZE if len(found) > PAGE_SIZE else None,
        totals=totals,
        typed={name: request.args.get(name, "") for name in ("first", "last")},
        errors={"first": error} if error else {},
    )


def _choice(each: Agency, chosen: Agency | None, language: str) -> dict[str, object]:
    name = pick(agency_names(each.id), language)
    return {"value": each.code, "text": name, "selected": each is chosen}


def _agencies(actor: Actor) -> list[Agency]:
    return [each for each in accounts.agencies() if actor.serves(each.id)]


def _agency(agencies: list[Agency]) -> Agency:
    """The one that is named, else the first that the visitor serves; raises AgencyUnknown."""
    code = request.args.get("agency", "")
    for each in agencies:
        if code in ("", each.code):
            return each
    raise AgencyUnknown(agency=code)


def _period() -> Period:
    """This month unless days are named; raises PeriodWrong for what is no day."""
    given = [request.args.get(name, "").strip() for name in ("first", "last")]
    if not any(given):
        return Period(today().replace(day=1), today())
    try:
        return Period(*(date.fromisoformat(each) for each in given))
    except ValueError as error:
        raise PeriodWrong({("first",): [_("Write both days as 2026-11-22.")]}) from error
