"""A warning by e-mail before a kept document ends, once each. A chore that costs what is due."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from flask_babel import force_locale, format_date
from sqlalchemy import select, text

from accounts.models import Account
from accounts.notices import write
from core.clock import now, today
from core.database import db, reading, transaction
from core.errors import N_
from core.i18n import date_pattern, translated
from dossiers.context import jurisdiction
from dossiers.holdings.models import TO_BE_WARNED, Holding
from dossiers.models import Dossier
from dossiers.notices import readers

EVERY: Final = 3600.0
AHEAD: Final = timedelta(days=30)
_MOST: Final = 200
_SUBJECT: Final = N_("A document in your store ends on %(day)s")
_TEXT: Final = N_(
    "The document %(number)s that is kept for you is valid until %(day)s. From then on it is not "
    "offered any more when you apply:\n%(address)s"
)


def warn() -> int:
    """Warn of what ends soon; returns of how many."""
    with reading() as session:
        soon = (text(TO_BE_WARNED), Holding.valid_until <= today() + AHEAD)
        found = session.scalars(select(Holding.id).where(*soon).limit(_MOST)).all()
    for each in found:
        with transaction():
            _warn(each)
    return len(found)


def _warn(holding_id: UUID) -> None:
    holding = db.session.get_one(Holding, holding_id, with_for_update=True, populate_existing=True)
    if holding.warned_at is not None:
        return
    holding.warned_at = now()
    if holding.hidden_at is None and holding.valid_until and holding.valid_until >= today():
        for account in readers(db.session.get_one(Dossier, holding.dossier_id)):
            _write(account, holding)


def _write(account: Account, holding: Holding) -> None:
    with force_locale(account.language):
        told = {
            "number": holding.number or holding.file_name,
            "day": format_date(holding.valid_until, date_pattern(account.language)),
            "address": f"{jurisdiction().public_url}/store/",
        }
        write(account, translated(_SUBJECT, told), translated(_TEXT, told))
