"""The calendar of a year: what holds, drafts that wait, and what was believed on another day."""

from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields, validate, validates_schema

from accounts import queries as accounts
from accounts.policy import Action
from administration import EVERYWHERE
from administration.models import SettingProposal
from api.authentication import current_actor, requires
from api.resource import Resource
from api.schemas import Shape
from core.clock import today
from core.database import transaction
from core.errors import N_
from core.i18n import translated
from dossiers.calendars.beliefs import believed
from dossiers.calendars.drafts import drafted, make_drafts, settle_drafts
from dossiers.calendars.years import Standing, year_of

FIRST_YEAR, LAST_YEAR = 2000, 2200

resource = Resource("calendars", "Days of rest and make-up days of a year, and drafts of them.")


class KnownDaySchema(Shape):
    """A day against the week: `sort` is rest, work or half; `official` if a notice says so."""

    day = fields.Date(required=True)
    sort = fields.String(required=True)
    name = fields.String(required=True)
    source = fields.String(required=True)
    official = fields.Boolean(required=True)
    decided = fields.Boolean(required=True)


class DraftDaySchema(Shape):
    """A day that was counted out and waits for a decision; it is a proposal, nothing more."""

    id = fields.UUID(required=True)
    day = fields.Date(required=True)
    name = fields.String(required=True)
    source = fields.String(required=True)


class CalendarYearSchema(Shape):
    """A year as it holds today, and its drafts."""

    year = fields.Integer(required=True)
    standing = fields.Enum(Standing, by_value=True, required=True)
    days = fields.List(fields.Nested(KnownDaySchema), required=True)
    drafts = fields.List(fields.Nested(DraftDaySchema), required=True)


def _year() -> fields.Integer:
    return fields.Integer(required=True, validate=validate.Range(FIRST_YEAR, LAST_YEAR))


def _agency() -> fields.String:
    return fields.String(
        load_default="", metadata={"description": "Code of an agency; empty: all agencies."}
    )


class YearArguments(Shape):
    """Which year, and where."""

    year = _year()
    agency = _agency()


class DraftingSchema(Shape):
    """Of which year drafts are wanted."""

    year = _year()


class DraftedSchema(Shape):
    """How many days are proposed now that were not before."""

    proposed = fields.Integer(required=True)


class Deciding(Shape):
    """Drafts by their ids, and whether they shall hold; a refusal says why."""

    drafts = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=366))
    hold = fields.Boolean(required=True)
    note = fields.String(load_default="", validate=validate.Length(max=2000))

    @validates_schema
    def _says_why(self, data: dict[str, Any], **_: Any) -> None:
        if not data["hold"] and not data["note"].strip():
            raise ValidationError(translated(N_("Write why you refuse.")), "note")


class DecidedSchema(Shape):
    """About how many it was decided; those that wait no longer are passed over."""

    decided = fields.Integer(required=True)


class BeliefArguments(Shape):
    """About which day, and as it was known at the end of which other one (today)."""

    about = fields.Date(required=True)
    on = fields.Date(load_default=None, allow_none=True)
    agency = _agency()


class BeliefSchema(Shape):
    """What was believed; without `sort` it was an ordinary day of the week."""

    works = fields.Boolean(required=True)
    sort = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    source = fields.String(required=True)
    official = fields.Boolean(required=True)
    learnt_at = fields.AwareDateTime(required=True, allow_none=True)
    published_on = fields.String(required=True)


@resource.route("/calendar")
@requires(Action.SETTING_VIEW)
@resource.arguments(YearArguments, location="query")
@resource.response(200, CalendarYearSchema)
def show_year(arguments: dict[str, Any]) -> dict[str, Any]:
    """Show a year with its days and drafts."""
    found = year_of(arguments["year"], _place(arguments["agency"]))
    return {
        "year": found.year,
        "standing": found.standing,
        "days": found.days,
        "drafts": [_draft(each) for each in drafted(found.year)],
    }


@resource.route("/calendar/drafts", methods=["POST"])
@requires(Action.SETTING_PROPOSE)
@resource.arguments(DraftingSchema)
@resource.response(200, DraftedSchema)
def draft_year(data: dict[str, Any]) -> dict[str, int]:
    """Propose the days of rest of a year that a package counts out. Asked again, it proposes none."""
    with transaction():
        return {"proposed": make_drafts(data["year"], by=current_actor())}


@resource.route("/calendar/drafts/decide", methods=["POST"])
@requires(Action.SETTING_DECIDE)
@resource.arguments(Deciding)
@resource.response(200, DecidedSchema)
def decide_drafts(data: dict[str, Any]) -> dict[str, int]:
    """Let drafts hold, or refuse them."""
    note = data["note"].strip()
    with transaction():
        count = settle_drafts(data["drafts"], hold=data["hold"], by=current_actor(), note=note)
    return {"decided": count}


@resource.route("/calendar/beliefs")
@requires(Action.SETTING_VIEW)
@resource.arguments(BeliefArguments, location="query")
@resource.response(200, BeliefSchema)
def show_belief(arguments: dict[str, Any]) -> Any:
    """Tell what was believed on one day about another."""
    on: date = arguments["on"] or today()
    return believed(arguments["about"], on=on, agency_id=_place(arguments["agency"]))


def _place(code: str) -> UUID:
    """The agency of a code, or all; raises AgencyUnknown."""
    return accounts.known_agency(code).id if code else EVERYWHERE


def _draft(proposal: SettingProposal) -> dict[str, Any]:
    value = proposal.value or {}
    day = date.fromisoformat(value["day"])
    return {"id": proposal.id, "day": day, "name": value["name"], "source": value["source"]}
