"""Agencies and their units: entering, renaming, closing."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import render_template, url_for
from flask_babel import gettext as _

from accounts import operations, places
from accounts.department_queries import find_place, former_names, units_of
from accounts.models import Agency, Unit
from accounts.places import Place
from core.clock import now, today
from web.admin import choices, forms
from web.admin.blueprint import administrator, blueprint
from web.admin.forms import Field, Page, Sheet


@dataclass(frozen=True)
class Branch:
    """A unit with the units below it."""

    unit: Unit
    name: str
    below: Sequence["Branch"]


@blueprint.get("/agencies/<uuid:agency_id>")
def agency(agency_id: UUID) -> str:
    """One agency: its names, its end, its units as a tree."""
    found = find_agency(agency_id)
    return render_template(
        "admin/agency.html",
        agency=found,
        name=choices.place_name(found),
        former=former_names(found),
        tree=tree(found),
        successor=choices.agency_name(found.successor_id) if found.successor_id else "",
    )


@blueprint.get("/agencies/new")
def ask_agency() -> str:
    """Ask what the agency is."""
    return agency_sheet().page()


@blueprint.post("/agencies/new")
def create_agency() -> Page:
    """Enter it."""
    return enter_agency(agency_sheet(), url_for("admin.overview"))


def enter_agency(sheet: Sheet, address: str) -> Page:
    """Enter the agency that a sheet asked for."""
    actor = administrator()

    def enter() -> None:
        code, ending = forms.text("code"), forms.text("ending")
        since = forms.moment("since")
        operations.create_agency(code, ending, forms.names(), by=actor, valid_from=since)

    return sheet.done(enter, _("The agency is entered."), address)


def agency_sheet(back: tuple[str, str] | None = None) -> Sheet:
    """The questions about a new agency."""
    fields = [
        Field("code", _("Code"), _("As the national portal knows it, such as H26.16.")),
        Field("ending", _("Ending of its numbers"), _("Such as HN; each agency has its own.")),
        *forms.name_fields(),
        Field("since", _("From"), kind="date", value=today().isoformat()),
    ]
    back = back or (url_for("admin.overview"), _("Administration"))
    return Sheet(_("Enter an agency"), _("Enter"), fields, back)


@blueprint.get("/agencies/<uuid:agency_id>/rename")
def ask_agency_name(agency_id: UUID) -> str:
    """Ask what it shall be called, and from when."""
    found = find_agency(agency_id)
    return rename_sheet(found, page_of(found)).page()


@blueprint.post("/agencies/<uuid:agency_id>/rename")
def rename_agency(agency_id: UUID) -> Page:
    """Call it so."""
    return rename(find_agency(agency_id))


@blueprint.get("/agencies/<uuid:agency_id>/close")
def ask_agency_end(agency_id: UUID) -> str:
    """Ask when it ends and who takes over."""
    return close_sheet(find_agency(agency_id)).page()


@blueprint.post("/agencies/<uuid:agency_id>/close")
def close_agency(agency_id: UUID) -> Page:
    """Close it."""
    return close(find_agency(agency_id))


def find_agency(agency_id: UUID) -> Agency:
    """An agency that the visitor administers; raises NotFound."""
    return find_place(Agency, agency_id, visible_to=administrator())


def page_of(place: Place) -> tuple[str, str]:
    """The page of an agency or unit, and its name."""
    if isinstance(place, Agency):
        return url_for("admin.agency", agency_id=place.id), choices.place_name(place)
    return url_for("admin.unit", unit_id=place.id), choices.place_name(place)


def rename(place: Place) -> Page:
    """Call a place as the form says."""
    actor, sheet = administrator(), rename_sheet(place, page_of(place))

    def call() -> None:
        since = forms.moment("since") or now()
        places.rename(
            place, forms.names(), since=since, seen_version=forms.number("seen"), by=actor
        )

    return sheet.done(call, _("The new name is entered."), page_of(place)[0])


def rename_sheet(place: Place, back: tuple[str, str]) -> Sheet:
    """The questions about a new name."""
    fields = [
        *forms.name_fields(place.names),
        Field("since", _("From"), kind="date", value=today().isoformat()),
        forms.seen(place.version),
    ]
    said = _("Dossiers sent before that day go on showing the old name.")
    return Sheet(_("Rename"), _("Rename"), fields, back, caption=back[1], text=[said])


def close(place: Place) -> Page:
    """Close a place as the form says."""
    actor = administrator()

    def end() -> None:
        places.close(
            place,
            until=forms.end_of("until") or now(),
            successor_id=forms.identity("successor"),
            seen_version=forms.number("seen"),
            by=actor,
        )

    said = _("The end is entered. Now hand over what is open.")
    return close_sheet(place).done(end, said, page_of(place)[0])


def close_sheet(place: Place) -> Sheet:
    """The questions about an end."""
    if isinstance(place, Agency):
        others = [each for each in choices.agencies(everywhere=False) if each[0] != str(place.id)]
    else:
        others = [each for each in choices.units() if each[0] not in {"", str(place.id)}]
    fields = [
        Field("until", _("Last day"), kind="date", value=today().isoformat()),
        Field(
            "successor",
            _("Who takes over"),
            kind="select",
            options=[("", _("Nobody")), *others],
            needed=False,
        ),
        forms.seen(place.version),
    ]
    text = [
        _("From then on it takes no new dossiers and no new roles. Nothing is deleted."),
        _("Open dossiers stay where they are until you hand them over on the next page."),
    ]
    back = page_of(place)
    return Sheet(_("Close"), _("Close"), fields, back, caption=back[1], text=text, grave=True)


def tree(agency: Agency) -> list[Branch]:
    """The units of an agency, closed ones too."""
    units = units_of([agency.id])

    def below(parent: UUID | None) -> list[Branch]:
        return [
            Branch(each, choices.place_name(each), below(each.id))
            for each in units
            if each.parent_id == parent
        ]

    return below(None)
