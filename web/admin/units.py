"""The units of an agency."""

from uuid import UUID

from flask import render_template
from flask_babel import gettext as _

from accounts import departments
from accounts.department_queries import find_place, former_names
from accounts.models import Unit
from core.clock import today
from web.admin import agencies, choices, forms
from web.admin.blueprint import administrator, blueprint
from web.admin.forms import Field, Page, Sheet


@blueprint.get("/units/<uuid:unit_id>")
def unit(unit_id: UUID) -> str:
    """One unit."""
    found = find_unit(unit_id)
    return render_template(
        "admin/unit.html",
        unit=found,
        name=choices.place_name(found),
        agency=choices.agency_name(found.agency_id),
        parent=choices.unit_name(found.parent_id),
        successor=choices.unit_name(found.successor_id),
        former=former_names(found),
    )


@blueprint.get("/agencies/<uuid:agency_id>/units/new")
def ask_unit(agency_id: UUID) -> str:
    """Ask what the unit is."""
    return unit_sheet(agency_id).page()


@blueprint.post("/agencies/<uuid:agency_id>/units/new")
def create_unit(agency_id: UUID) -> Page:
    """Enter it."""
    return enter_unit(
        unit_sheet(agency_id), agency_id, agencies.page_of(agencies.find_agency(agency_id))[0]
    )


def enter_unit(sheet: Sheet, agency_id: UUID, address: str) -> Page:
    """Enter the unit that a sheet asked for."""
    actor = administrator()

    def enter() -> None:
        departments.create_unit(
            agency_id,
            forms.text("code"),
            forms.names(),
            by=actor,
            parent_id=forms.identity("parent"),
            valid_from=forms.moment("since"),
        )

    return sheet.done(enter, _("The unit is entered."), address)


def unit_sheet(agency_id: UUID, back: tuple[str, str] | None = None) -> Sheet:
    """The questions about a new unit."""
    found = agencies.find_agency(agency_id)
    back = back or agencies.page_of(found)
    above = [("", _("None")), *choices.units(agency_id)[1:]]
    fields = [
        Field("code", _("Code"), _("Short and lasting, such as QLTB.")),
        *forms.name_fields(),
        Field("parent", _("Unit above it"), kind="select", options=above, needed=False),
        Field("since", _("From"), kind="date", value=today().isoformat()),
    ]
    return Sheet(_("Enter a unit"), _("Enter"), fields, back, caption=choices.place_name(found))


@blueprint.get("/units/<uuid:unit_id>/rename")
def ask_unit_name(unit_id: UUID) -> str:
    """Ask what it shall be called, and from when."""
    found = find_unit(unit_id)
    return agencies.rename_sheet(found, agencies.page_of(found)).page()


@blueprint.post("/units/<uuid:unit_id>/rename")
def rename_unit(unit_id: UUID) -> Page:
    """Call it so."""
    return agencies.rename(find_unit(unit_id))


@blueprint.get("/units/<uuid:unit_id>/close")
def ask_unit_end(unit_id: UUID) -> str:
    """Ask when it ends and who takes over."""
    return agencies.close_sheet(find_unit(unit_id)).page()


@blueprint.post("/units/<uuid:unit_id>/close")
def close_unit(unit_id: UUID) -> Page:
    """Close it."""
    return agencies.close(find_unit(unit_id))


def find_unit(unit_id: UUID) -> Unit:
    """A unit of an agency that the visitor administers; raises NotFound."""
    return find_place(Unit, unit_id, visible_to=administrator())
