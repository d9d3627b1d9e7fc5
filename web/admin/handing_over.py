"""Handing open dossiers over: what it reaches is shown first, then it is done."""

from collections.abc import Sequence
from uuid import UUID

from flask import request, url_for
from flask_babel import gettext as _

from core.errors import MotcuaError
from core.i18n import sentences_of, translated
from dossiers.operations import handing_over
from dossiers.operations.handing_over import AT_ONCE, HandOver
from web.admin import agencies, choices, forms
from web.admin.blueprint import administrator, blueprint
from web.admin.forms import Faulty, Field, Page, Sheet
from web.admin.units import find_unit
from web.wording import STATUS_WORDS


@blueprint.get("/hand-over")
def ask_handing_over() -> str:
    """Ask to whom, and of which service."""
    return _sheet(_named("agency"), _named_unit()).page()


@blueprint.post("/hand-over")
def hand_over() -> Page:
    """Show what it reaches, or, asked again, do it."""
    actor = administrator()
    agency_id, unit_id = _named("agency"), _named_unit()
    sheet = _sheet(agency_id, unit_id)
    try:
        plan = _plan(agency_id, unit_id)
        reached = handing_over.would_hand_over(plan, actor=actor)
    except Faulty as fault:
        return sheet.page(fault.errors), 400
    except MotcuaError as error:
        return sheet.page({"to": sentences_of(error)}), error.status
    rows = [
        (f"{key}, {translated(STATUS_WORDS[status].name)}", str(number))
        for (key, status), number in sorted(reached.items())
    ]
    number = sum(reached.values())
    if forms.text("certain") != "yes":
        return _confirmation(sheet, rows, number).page()

    def do() -> None:
        handing_over.hand_over(plan, reason=forms.text("reason"), actor=actor)

    said = _("Dossiers handed over: %(number)s.", number=number)
    if number > AT_ONCE:
        said = _("Dossiers being handed over one by one: %(number)s.", number=number)
    return sheet.done(do, said, url_for("admin.agency", agency_id=plan.to_agency))


def _sheet(agency_id: UUID, unit_id: UUID | None) -> Sheet:
    found = agencies.find_agency(agency_id)
    place = agencies.page_of(find_unit(unit_id) if unit_id else found)
    own = choices.agencies(everywhere=False)
    fields = [
        Field(
            "to",
            _("Agency that takes over"),
            kind="select",
            options=own,
            value=request.args.get("to", ""),
        ),
        Field("to_unit", _("Unit there"), kind="select", options=choices.units(), needed=False),
        Field(
            "service",
            _("Service"),
            _("Choose one to split an agency among several."),
            kind="select",
            options=choices.service_options(),
            needed=False,
        ),
        forms.reason_field(),
    ]
    text = [_("Tasks that somebody holds there go back to their queues in the new place.")]
    return Sheet(
        _("Hand over open dossiers"),
        _("Show what it reaches"),
        fields,
        place,
        caption=place[1],
        text=text,
    )


def _confirmation(sheet: Sheet, rows: Sequence[tuple[str, str]], number: int) -> Sheet:
    hidden = [
        Field(each.name, each.label, kind="hidden", value=forms.text(each.name))
        for each in sheet.fields
    ]
    said = _("This reaches %(number)s dossiers. Nothing has been done yet.", number=number)
    return Sheet(
        sheet.title,
        _("Hand over"),
        [*hidden, Field("certain", "", kind="hidden", value="yes")],
        sheet.back,
        caption=sheet.caption,
        text=[said],
        rows=rows,
        grave=True,
    )


def _plan(agency_id: UUID, unit_id: UUID | None) -> HandOver:
    to = forms.identity("to")
    if to is None:
        raise Faulty({"to": _("Choose one of the list")})
    if not forms.text("reason"):
        raise Faulty({"reason": _("Fill this in")})
    return HandOver(
        from_agency=agency_id,
        to_agency=to,
        from_unit=unit_id,
        to_unit=forms.identity("to_unit"),
        service=forms.text("service"),
    )


def _named(name: str) -> UUID:
    found = request.args.get(name, type=UUID)
    return found or UUID(int=0)


def _named_unit() -> UUID | None:
    unit_id = request.args.get("unit", type=UUID)
    unit = find_unit(unit_id) if unit_id else None
    return unit.id if unit and unit.agency_id == _named("agency") else None
