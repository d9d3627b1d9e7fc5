"""What the kinds of this room share: their forms, services by key, and counting of dossiers."""

from pathlib import Path
from typing import Any, Final

import orjson
from flask_babel import get_locale, gettext
from sqlalchemy import func, select

from administration import EVERYWHERE
from administration.kinds import Change
from administration.timeline import Value
from core.database import db
from core.errors import N_
from core.i18n import pick
from dossiers.models import Dossier
from forms import AnswersInvalid, Form
from workflows.errors import ServiceUnknown
from workflows.pack import ServicePack
from workflows.queries import service

_FOLDER: Final = Path(__file__).parent
_NO_SUCH_SERVICE = N_("No service has this key.")


def form_of(code: str) -> Form:
    """The form of a kind, in both languages."""
    english = orjson.loads((_FOLDER / "en.json").read_bytes())
    file = f"{code}.form"
    return Form.parse((_FOLDER / file).read_bytes(), {"en": english[code]}, file=file)


def name_of_service(value: Value) -> str:
    """What the service of a value is called, in the reader's language."""
    return pick(pack_of(value).manifest.name, str(get_locale()))


def require_service(value: Value) -> None:
    """Raise AnswersInvalid where a value speaks of a service that does not exist."""
    pack_of(value)


def pack_of(value: Value) -> ServicePack:
    """The service of a value; raises AnswersInvalid."""
    try:
        return service(value["service"])
    except ServiceUnknown as error:
        raise AnswersInvalid({("service",): [gettext(_NO_SUCH_SERVICE)]}) from error


def count_dossiers(change: Change, *conditions: Any) -> int:
    """How many dossiers, of the agency that a change is about, fulfil all conditions."""
    query = select(func.count()).select_from(Dossier).where(*conditions)
    if change.agency_id != EVERYWHERE:
        query = query.where(Dossier.agency_id == change.agency_id)
    return db.session.execute(query).scalar_one()
