"""Nothing is published that tells of a person whom the house knows from the petition or its dossier."""

import re
from collections.abc import Iterator
from typing import Any, Final

from accounts.models import Account
from core.database import db
from dossiers.feedback.errors import StillPersonal
from dossiers.feedback.models import Petition
from dossiers.masking import application_form
from dossiers.models import Dossier
from forms import all_components

_SHORTEST: Final = 4
_TELLING: Final = (
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
    re.compile(r"(?<!\d)(?:\+?\d[ .-]?){9,15}(?!\d)"),
)


def require_impersonal(petition: Petition, text: str) -> None:
    """Raise StillPersonal for the first thing in a text that tells of a person."""
    for pattern in _TELLING:
        if found := pattern.search(text):
            raise StillPersonal(found=found[0])
    folded = text.casefold()
    for known in _known(petition):
        if len(known) >= _SHORTEST and known.casefold() in folded:
            raise StillPersonal(found=known)


def _known(petition: Petition) -> Iterator[str]:
    """What would tell of the sender, or of whose dossier it is."""
    yield from filter(None, (petition.name, petition.email))
    if petition.sender_id is not None:
        sender = db.session.get(Account, petition.sender_id)
        yield from filter(None, (sender and sender.display_name, sender and sender.email))
    if petition.dossier_id is not None:
        yield from _of_dossier(db.session.get_one(Dossier, petition.dossier_id))


def _of_dossier(dossier: Dossier) -> Iterator[str]:
    named = (
        dossier.reference,
        dossier.code,
        dossier.organisation_name,
        dossier.organisation_number,
    )
    yield from filter(None, named)
    for component in all_components(application_form(dossier)):
        if component.personal and component.key is not None:
            yield from _texts(dossier.answers.get(component.key))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
