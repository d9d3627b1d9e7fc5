"""Looking licences up in our own register, so that nobody is asked for a paper that we issued."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from core.database import reading
from dossiers.models import RegisterEntry
from dossiers.register import IS_PUBLIC, state_of
from engine.jobs.kinds import JobCall

LOOK_UP: Final = "register.look-up"


def look_up(call: JobCall) -> Mapping[str, Any]:
    """What the register says about `numbers` of the service with the key `service`, as `entries`.

    Each has `number`, `holder`, `state`, `issued_on`, `valid_until` (null where it never ends) and
    `facts`; numbers that are not there are left out.
    """
    query = select(RegisterEntry).where(
        RegisterEntry.service_key == str(call.variables["service"]),
        RegisterEntry.number.in_([str(each).strip() for each in call.variables["numbers"]]),
        IS_PUBLIC,
    )
    with reading() as session:
        return {"entries": [_told(entry) for entry in session.scalars(query)]}


def _told(entry: RegisterEntry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "holder": entry.organisation_name,
        "state": str(state_of(entry)),
        "issued_on": entry.issued_on,
        "valid_until": entry.valid_until,
        "facts": entry.facts,
    }
