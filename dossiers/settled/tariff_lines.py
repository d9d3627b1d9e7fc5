"""What the fees of a service cost from a day on: lines by decision, before those of its pack."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from flask_babel import format_date, get_locale, gettext

from administration import EVERYWHERE, Effect, SettingKind
from administration.kinds import Change
from administration.reading import rulings_of
from administration.timeline import Ruling, Value, periods
from core.clock import today
from core.errors import N_
from core.i18n import date_pattern
from dossiers.fees.tariff import Line
from dossiers.settled.common import form_of, name_of_service, pack_of
from forms import AnswersInvalid
from forms import Path as AnswerPath
from workflows.pack import ServicePack
from workflows.profiles import Profile
from workflows.queries import services
from workflows.sections.fees import FeeRules, TariffLine

TARIFF_LINE: Final = "tariff-line"
ANY: Final = "any"
_YES: Final = {True: "yes", False: "no"}
_NO_FEES = N_("This service takes no fees by a tariff.")
_NO_SUCH_FEE = N_("The service has no fee of this key. It has: %(known)s.")
_NO_SUCH_VARIANT = N_("The service has no variant of this key. It has: %(known)s.")
_BAD_AMOUNT = N_("Write an amount that is not below zero, with at most %(decimals)s decimals.")
_OVERLAPS = N_(
    "Another line for this fee, “%(other)s”, holds from %(first)s until %(last)s: end it first, or "
    "choose other days or another channel."
)
_WITHOUT_END = N_("further notice")
_TAKES_EFFECT = N_(
    "Applications whose fee counts by a day from %(first)s on owe it; fees that were ordered stay."
)


def tariff_lines(profile: Profile) -> SettingKind:
    """The kind."""
    return SettingKind(
        TARIFF_LINE,
        N_("Tariffs"),
        N_("What the fees of a service cost, by day, channel and variant."),
        form_of(TARIFF_LINE),
        key=key_of,
        title=lambda value: f"{value['fee']}: {name_of_service(value)}",
        second_person=True,
        check=lambda value: _check(value, _decimals(profile)),
        refuse=_refuse_overlap,
        effects=_effects,
        defaults=lambda: list(_lines_of_packs(_decimals(profile))),
    )


def key_of(value: Value) -> str:
    """What a line is about: service, fee, variant and channel."""
    return "/".join((value["service"], value["fee"], value.get("variant") or "-", value["channel"]))


def tariff_of(pack: ServicePack, agency_id: UUID, *, decimals: int) -> list[Line]:
    """All lines of a service in an agency by day: what was decided, else what its pack says."""
    rules = pack.manifest.fees
    if rules is None:
        return []
    prefix = f"{pack.manifest.key}/"
    decided = [
        _line(period.value, period.first, period.last, decimals)
        for key, rulings in _decisions(agency_id).items()
        if key.startswith(prefix)
        for period in periods(rulings)
    ]
    taken = {line.key for line in decided}
    packed = [each for each in map(_packed, rules.tariff) if each.key not in taken]
    return decided + packed + _left_of_pack(rules, decided, taken)


def minor_units(text: str, decimals: int) -> int:
    """1500000 or 2.5 -> whole smallest units; raises ValueError."""
    try:
        amount = Decimal(text.strip()).scaleb(decimals)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not amount.is_finite() or amount < 0 or amount != int(amount) or amount > 10**15:
        raise ValueError(text)
    return int(amount)


def _decisions(agency_id: UUID) -> Mapping[str, tuple[Ruling, ...]]:
    """By key: what was decided for everywhere, and above it what the agency decided for itself."""
    by_place = rulings_of(TARIFF_LINE)
    found = dict(by_place.get(EVERYWHERE, {}))
    if agency_id != EVERYWHERE:
        for key, rulings in by_place.get(agency_id, {}).items():
            own = tuple(Ruling(each.value, each.first, each.last) for each in periods(rulings))
            found[key] = (*found.get(key, ()), *own)
    return found


def _left_of_pack(rules: FeeRules, decided: Sequence[Line], taken: set[str]) -> list[Line]:
    """The pack's lines for days before the first decision about the same thing."""
    left = []
    for line in map(_packed, rules.tariff):
        if line.key in taken:
            first = min(each.first for each in decided if each.key == line.key)
            left += _until(line, first)
    return left


def _until(line: Line, day: date) -> list[Line]:
    if line.first >= day:
        return []
    last = date.fromordinal(day.toordinal() - 1)
    kept = last if line.last is None else min(line.last, last)
    return [Line(**{**line.__dict__, "last": kept})]


def _line(value: Value, first: date, last: date | None, decimals: int) -> Line:
    channel = value["channel"]
    return Line(
        fee=value["fee"],
        amount=minor_units(value["amount"], decimals),
        first=first,
        last=last,
        channel="" if channel == ANY else channel,
        variant=value.get("variant") or "",
        source=value["source"],
        verified=value["verified"] == _YES[True],
        decided=True,
    )


def _packed(line: TariffLine) -> Line:
    return Line(
        fee=line.fee,
        amount=line.amount,
        first=line.first,
        last=line.last,
        channel=line.channel,
        variant=line.variant,
        source=line.source,
        verified=line.verified,
    )


def _check(value: Value, decimals: int) -> None:
    rules = pack_of(value).manifest.fees
    if rules is None:
        raise AnswersInvalid({("service",): [gettext(_NO_FEES)]})
    faults: dict[AnswerPath, list[str]] = {}
    if value["fee"] not in rules.kinds:
        faults["fee",] = [gettext(_NO_SUCH_FEE, known=", ".join(rules.kinds))]
    if value.get("variant") and value["variant"] not in rules.variants:
        known = ", ".join(rules.variants) or "-"
        faults["variant",] = [gettext(_NO_SUCH_VARIANT, known=known)]
    try:
        minor_units(value["amount"], decimals)
    except ValueError:
        faults["amount",] = [gettext(_BAD_AMOUNT, decimals=decimals)]
    if faults:
        raise AnswersInvalid(faults)


def _refuse_overlap(change: Change) -> None:
    """Of two lines for one fee, one channel and one variant on one day nobody knows which counts."""
    value = change.ruling.value or {}
    for other in _others(change, value):
        if _meet(value, other) and _share_days(change.ruling, other[1]):
            raise AnswersInvalid({("channel",): [_overlaps(*other)]})


def _others(change: Change, value: Value) -> Iterator[tuple[str, Any]]:
    """The periods of other lines about the same fee and variant, wherever this one would hold."""
    places = rulings_of(TARIFF_LINE)
    reached = places if change.agency_id == EVERYWHERE else {EVERYWHERE, change.agency_id}
    about = (value["service"], value["fee"], value.get("variant") or "-")
    for place in reached:
        for key, rulings in places.get(place, {}).items():
            if tuple(key.split("/")[:3]) == about and key != key_of(value):
                yield from ((key, period) for period in periods(rulings))


def _meet(value: Value, other: tuple[str, Any]) -> bool:
    return ANY in {value["channel"], other[1].value["channel"]}


def _share_days(ruling: Ruling, period: Any) -> bool:
    last, other_last = ruling.valid_until or date.max, period.last or date.max
    return bool(ruling.valid_from <= other_last and period.first <= last)


def _overlaps(key: str, period: Any) -> str:
    last = _written(period.last) if period.last else gettext(_WITHOUT_END)
    return str(gettext(_OVERLAPS, other=key, first=_written(period.first), last=last))


def _written(day: date) -> str:
    return str(format_date(day, date_pattern(str(get_locale()))))


def _effects(change: Change) -> Sequence[Effect]:
    return (Effect(_TAKES_EFFECT, {"first": change.ruling.valid_from}),)


def _decimals(profile: Profile) -> int:
    return int(profile.currency.get("decimals", 0))


def _lines_of_packs(decimals: int) -> Iterator[Mapping[str, Any]]:
    """The lines that hold today as packs state them, written as a decision would write them."""
    for pack in services():
        for line in pack.manifest.fees.tariff if pack.manifest.fees else ():
            if line.first <= today() and (line.last is None or today() <= line.last):
                yield _value_of(pack.manifest.key, line, decimals)


def _value_of(service_key: str, line: TariffLine, decimals: int) -> Mapping[str, Any]:
    return {
        "service": service_key,
        "fee": line.fee,
        "variant": line.variant,
        "channel": line.channel or ANY,
        "amount": str(Decimal(line.amount).scaleb(-decimals)),
        "source": line.source,
        "verified": _YES[line.verified],
    }
