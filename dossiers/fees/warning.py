"""Telling administrators ahead of days for which a tariff has no line: by e-mail, each gap once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask_babel import force_locale, format_date, gettext
from sqlalchemy import ColumnElement, or_, select

from accounts import policy
from accounts.actor import Actor, Role
from accounts.models import Account, RoleGrant
from accounts.notices import write
from accounts.policy import Action
from administration import EVERYWHERE
from administration.reading import rulings_of
from core.clock import now
from core.database import db, transaction
from core.errors import N_
from core.i18n import date_pattern, pick
from dossiers.context import jurisdiction
from dossiers.fees.assessing import gaps_of
from dossiers.fees.models import FeeWarning
from dossiers.fees.tariff import Gap
from dossiers.settled import TARIFF_LINE
from workflows.pack import ServicePack
from workflows.queries import services

EVERY: Final = 3600.0
_SUBJECT = N_("The tariff of “%(service)s” has no line from %(day)s on")
_TEXT = N_(
    "From %(day)s on the tariff has no line for the fee “%(fee)s” (channel: %(channel)s, variant: "
    "%(variant)s). Until one is decided the service's rule applies. Decide a new line here:"
    "\n\n%(address)s"
)


@dataclass(frozen=True)
class TariffGap:
    """A gap in the tariff of a service, in an agency or everywhere."""

    pack: ServicePack
    agency_id: UUID
    gap: Gap

    @property
    def key(self) -> str:
        """What tells the gap from others."""
        gap = self.gap
        parts = (self.pack.manifest.key, gap.fee, gap.channel, gap.variant, self.agency_id)
        return "/".join(map(str, parts))


def tariff_gaps(*, visible_to: Actor) -> list[TariffGap]:
    """The gaps that come soon, for who keeps settings: the nearest first."""
    policy.require_ever(visible_to, Action.SETTING_VIEW)
    shown = (
        each
        for each in _all_gaps()
        if policy.allows(visible_to, Action.SETTING_VIEW, policy.Scope(agency_id=each.agency_id))
        or each.agency_id == EVERYWHERE
    )
    return sorted(shown, key=lambda each: (each.gap.first, each.key))


def warn() -> None:
    """Write to the administrators of each gap that nobody was told of yet.

    Opens its own transaction.
    """
    with transaction():
        for found in _all_gaps():
            if db.session.get(FeeWarning, (found.key, found.gap.first)) is None:
                db.session.add(FeeWarning(key=found.key, first=found.gap.first))
                _tell(found)


def _all_gaps() -> Iterator[TariffGap]:
    """Those that hold everywhere, and those of agencies that have lines of their own."""
    own = [place for place in rulings_of(TARIFF_LINE) if place != EVERYWHERE]
    for pack in services():
        everywhere = list(gaps_of(pack))
        yield from (TariffGap(pack, EVERYWHERE, each) for each in everywhere)
        for agency_id in own:
            for each in gaps_of(pack, agency_id):
                if each not in everywhere:
                    yield TariffGap(pack, agency_id, each)


def _tell(found: TariffGap) -> None:
    for account in _administrators(found.agency_id):
        with force_locale(account.language):
            told = _told(found, account.language)
            write(account, gettext(_SUBJECT, **told), gettext(_TEXT, **told))


def _told(found: TariffGap, language: str) -> dict[str, Any]:
    manifest, gap = found.pack.manifest, found.gap
    kinds = manifest.fees.kinds if manifest.fees else {}
    return {
        "service": pick(manifest.name, language),
        "fee": pick(kinds[gap.fee].name, language),
        "day": format_date(gap.first, date_pattern(language)),
        "channel": gap.channel,
        "variant": gap.variant or "-",
        "address": f"{jurisdiction().public_url}/administration/tariff",
    }


def _administrators(agency_id: UUID) -> list[Account]:
    """Who may decide about it: administrators of everything, and of the agency."""
    moment = now()
    places: list[ColumnElement[bool]] = [RoleGrant.agency_id.is_(None)]
    if agency_id != EVERYWHERE:
        places.append(RoleGrant.agency_id == agency_id)
    return list(
        db.session.scalars(
            select(Account)
            .join(RoleGrant, RoleGrant.account_id == Account.id)
            .where(
                Account.active,
                Account.email.is_not(None),
                RoleGrant.role == Role.ADMINISTRATOR,
                or_(*places),
                RoleGrant.valid_from <= moment,
                or_(RoleGrant.valid_until.is_(None), RoleGrant.valid_until > moment),
            )
            .distinct()
            .order_by(Account.id)
        )
    )
