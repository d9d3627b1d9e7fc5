"""Which unit of an agency handles the dossiers of a service that it receives."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select

from accounts.models import Agency, Unit
from accounts.places import is_there, names_at
from administration.timeline import Value
from core.clock import now
from core.database import db
from core.errors import N_
from forms import AnswersInvalid, Option

_BETWEEN: Final = "/"
_NO_SUCH_UNIT = N_("There is no such unit. Write the codes of agency and unit, such as H26.16/NV.")


def unit_named(text: str) -> Unit | None:
    """The unit of `agency/unit`, both by their codes, if it is there now."""
    agency_code, _, code = text.partition(_BETWEEN)
    query = select(Unit).join(Agency, Agency.id == Unit.agency_id)
    found = db.session.scalars(
        query.where(Agency.code == agency_code, Unit.code == code)
    ).one_or_none()
    return found if found is not None and is_there(found, now()) else None


def require_unit(value: Value) -> None:
    """Raise AnswersInvalid where a value names a unit that is not there."""
    if value.get("unit") and unit_named(value["unit"]) is None:
        raise AnswersInvalid({("unit",): [gettext(_NO_SUCH_UNIT)]})


def units_to_choose(agency_ids: Collection[UUID]) -> Mapping[str, Sequence[Option]]:
    """The units of these agencies that are there, by the codes of both."""
    rows = db.session.execute(
        select(Agency, Unit)
        .join(Unit, Unit.agency_id == Agency.id)
        .where(Agency.id.in_(agency_ids))
        .order_by(Agency.code, Unit.code)
    )
    return {"unit": [_option(agency, unit) for agency, unit in rows if is_there(unit, now())]}


def _option(agency: Agency, unit: Unit) -> Option:
    key = f"{agency.code}{_BETWEEN}{unit.code}"
    return Option(key, {tongue: f"{key}: {name}" for tongue, name in names_at(unit).items()})
