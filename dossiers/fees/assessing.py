"""What a dossier owes: the tariff of its day, its channel and its answers."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from administration import EVERYWHERE
from core.clock import now
from dossiers.context import jurisdiction
from dossiers.fees import money
from dossiers.fees.tariff import Gap, Holds, Line, Owed, assess, gaps
from dossiers.models import Dossier
from dossiers.settled import facts_of, tariff_of
from workflows.pack import ServicePack
from workflows.sections.fees import CountedFrom, FeeRules
from workflows.vocabulary import CHANNELS


def lines_of(pack: ServicePack, agency_id: UUID = EVERYWHERE) -> list[Line]:
    """All lines of a service in an agency, by day."""
    return tariff_of(pack, agency_id, decimals=money.decimals())


def owed_by(dossier: Dossier, pack: ServicePack, rules: FeeRules) -> list[Owed]:
    """What a dossier owes by the rules of its own version and the tariff of its day."""
    return assess(
        rules,
        lines_of(pack, dossier.agency_id),
        day=day_that_counts(dossier, rules),
        channel=channel_of(dossier),
        holds=_judge(pack, dossier.answers),
    )


def owed_today(
    pack: ServicePack, rules: FeeRules, answers: Mapping[str, Any], channel: str = CHANNELS[0]
) -> list[Owed]:
    """What an application with these answers would owe if it were sent today."""
    lines, today = lines_of(pack), local_day()
    return assess(rules, lines, day=today, channel=channel, holds=_judge(pack, answers))


def fee_today(pack: ServicePack, answers: Mapping[str, Any]) -> int:
    """The fee of an application submitted today, in the smallest unit of the profile's currency."""
    rules = pack.manifest.fees
    if rules is not None and not pack.manifest.fee_decision:
        return sum(each.amount or 0 for each in owed_today(pack, rules, answers))
    form = pack.manifest.application_form
    known = {"dossier": {"submitted_on": local_day()}, "settings": facts_of(pack), form: answers}
    return pack.fee(known)


def charges(pack: ServicePack) -> bool:
    """Whether an application may owe anything, whatever its answers."""
    return pack.manifest.fees is not None or bool(pack.manifest.fee_decision)


def fee_is_certain(pack: ServicePack) -> bool:
    """Whether nothing that says what an application owes today is unverified."""
    rules = pack.manifest.fees
    if rules is not None and not pack.manifest.fee_decision:
        owed = owed_today(pack, rules, {})
        return all(each.line is not None and each.line.verified for each in owed)
    stated = pack.manifest.settings.get("fee")
    return stated is not None and stated.verified


def day_that_counts(dossier: Dossier, rules: FeeRules) -> date:
    """The legal date whose tariff counts for a dossier."""
    moments = {
        CountedFrom.SUBMITTED: dossier.submitted_at,
        CountedFrom.RECEIVED: dossier.received_at,
        CountedFrom.TODAY: now(),
    }
    return jurisdiction().calendar.local_date(moments[rules.counted_from] or now())


def channel_of(dossier: Dossier) -> str:
    """The channel as a tariff knows it; a dossier of an older system counts as sent online."""
    return dossier.channel if dossier.channel in CHANNELS else CHANNELS[0]


def gaps_of(pack: ServicePack, agency_id: UUID = EVERYWHERE) -> Sequence[Gap]:
    """Days without a line that come so soon that somebody must be warned, the nearest first."""
    rules = pack.manifest.fees
    if rules is None:
        return []
    lines = lines_of(pack, agency_id)
    return gaps(rules, lines, since=local_day(), days=rules.warn_days)


def local_day() -> date:
    """Today, in the zone in which legal dates are counted."""
    return jurisdiction().calendar.local_date(now())


def _judge(pack: ServicePack, answers: Mapping[str, Any]) -> Holds:
    return lambda text: pack.read(text, answers) is True
