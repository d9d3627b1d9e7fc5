"""The tariffs of services as lines by day, and the days for which one lacks a line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import render_template, request
from flask_babel import gettext as _

from accounts import policy
from accounts import queries as accounts
from accounts.places import names_at
from accounts.policy import Action
from administration import EVERYWHERE
from core.errors import N_, Message
from core.i18n import pick, translated
from dossiers.fees.assessing import lines_of, local_day
from dossiers.fees.tariff import Line, by_key
from dossiers.fees.warning import TariffGap, tariff_gaps
from dossiers.settled import TARIFF_LINE
from web.admin.blueprint import administrator, blueprint
from web.languages import current
from workflows.pack import ServicePack
from workflows.queries import services

CHANNEL_NAMES: Mapping[str, Message] = {
    "": N_("However they come"),
    "online": N_("Online"),
    "counter": N_("At the desk"),
    "post": N_("By post"),
}


@dataclass(frozen=True)
class Tariff:
    """The tariff of one service: its lines, those of one kind together."""

    name: str
    key: str
    lines: Sequence[Line]


@blueprint.get("/tariff")
def tariff() -> str:
    """What fees cost from which day on, who said so, and where a line is missing soon."""
    actor, agency_id = administrator(), _place()
    policy.require_ever(actor, Action.SETTING_VIEW)
    return render_template(
        "admin/tariff.html",
        tariffs=[_tariff(pack, agency_id) for pack in services() if pack.manifest.fees],
        gaps=tariff_gaps(visible_to=actor),
        kind=TARIFF_LINE,
        today=local_day(),
        agency_id=agency_id,
        places=_places(),
        fee_name=fee_name,
        gap_name=lambda found: fee_name(found.pack.manifest.key, found.gap.fee),
        place_name=_place_name,
        service_name=lambda pack: pick(pack.manifest.name, current()),
        channel_name=lambda channel: translated(CHANNEL_NAMES[channel]),
    )


def fee_name(service_key: str, fee: str) -> str:
    """What a kind of fee is called."""
    for pack in services():
        rules = pack.manifest.fees
        if pack.manifest.key == service_key and rules is not None and fee in rules.kinds:
            return pick(rules.kinds[fee].name, current())
    return fee


def _tariff(pack: ServicePack, agency_id: UUID) -> Tariff:
    lines = [each for group in by_key(lines_of(pack, agency_id)).values() for each in group]
    return Tariff(pick(pack.manifest.name, current()), pack.manifest.key, lines)


def _places() -> list[tuple[UUID, str]]:
    own = [(each.id, pick(names_at(each), current())) for each in accounts.agencies()]
    return [
        (EVERYWHERE, _("All agencies")),
        *(
            place
            for place in own
            if policy.allows(administrator(), Action.SETTING_VIEW, policy.Scope(agency_id=place[0]))
        ),
    ]


def _place() -> UUID:
    """The agency that the address names, if the visitor administers it; everywhere otherwise."""
    named = request.args.get("agency", "")
    return next((place for place, _name in _places() if str(place) == named), EVERYWHERE)


def _place_name(found: TariffGap) -> str:
    return dict(_places()).get(found.agency_id, "")
