"""The tariff of a service as lines by day, and what an application owes by it. Nothing is read here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from workflows.sections.fees import ALL, Exemption, Fallback, FeeKind, FeeRules
from workflows.vocabulary import CHANNELS

Holds = Callable[[str], bool]
"""Whether a FEEL text holds for the answers at hand."""

_ONE_DAY = timedelta(days=1)
TOLD: Final = "amount"
"""The one line of an order whose amount the process said; it is of no kind."""


@dataclass(frozen=True)
class Line:
    """What a fee costs on the days from `first` to `last`, both counted; in the smallest unit.

    Empty `channel` and `variant` mean any. `decided` tells a line by decision from one of the pack.
    """

    fee: str
    amount: int
    first: date
    last: date | None
    channel: str
    variant: str
    source: str
    verified: bool
    decided: bool = False

    @property
    def key(self) -> str:
        """What tells the line from others of its fee."""
        return f"{self.fee}/{self.variant or '-'}/{self.channel or 'any'}"

    def covers(self, day: date) -> bool:
        """Whether it speaks of the day."""
        return self.first <= day and (self.last is None or day <= self.last)

    def serves(self, fee: str, channel: str, variant: str) -> bool:
        """Whether it is about this fee of an application like this."""
        fits = self.channel in {"", channel} and self.variant in {"", variant}
        return fits and self.fee == fee


@dataclass(frozen=True)
class Application:
    """What of an application the tariff looks at: the day that counts, its channel and its variant."""

    day: date
    channel: str
    variant: str = ""


@dataclass(frozen=True)
class Owed:
    """What is owed of one kind of fee, and why.

    `amount` is None where an officer must say it. `fallback` is empty where a line of the tariff holds
    on the day; `exemption` names what was taken off `full_amount`.
    """

    fee: str
    amount: int | None
    full_amount: int
    line: Line | None = None
    fallback: str = ""
    exemption: str = ""


@dataclass(frozen=True)
class Gap:
    """Days from `first` on, on which a fee has no line for a channel and a variant."""

    fee: str
    channel: str
    variant: str
    first: date


def variant_of(rules: FeeRules, holds: Holds) -> str:
    """The first variant that holds; empty when none does."""
    return next((name for name, text in rules.variants.items() if holds(text)), "")


def assess(
    rules: FeeRules, lines: Sequence[Line], *, day: date, channel: str, holds: Holds
) -> list[Owed]:
    """What an application owes by the tariff of a day, exemptions that hold by themselves taken off."""
    application = Application(day, channel, variant_of(rules, holds))
    due = (name for name, kind in rules.kinds.items() if kind.when is None or holds(kind.when))
    by_law = [
        (name, each)
        for name, each in rules.exemptions.items()
        if each.when is not None and holds(each.when)
    ]
    found = (_owed(rules, lines, fee, application) for fee in due)
    return [_lessened(each, by_law) for each in found]


def line_on(lines: Sequence[Line], fee: str, of: Application) -> Line | None:
    """The line that holds on a day; None when the tariff has a gap."""
    fitting = [each for each in _serving(lines, fee, of) if each.covers(of.day)]
    return max(fitting, key=_rank, default=None)


def reduced(amount: int, percent: int) -> int:
    """What is left when so many per cent are taken off, the half unit up."""
    left = Decimal(amount) * (ALL - percent) / ALL
    return int(left.to_integral_value(ROUND_HALF_UP))


def exempted(owed: Owed, name: str, exemption: Exemption) -> Owed:
    """The same fee with an exemption that is given; one that does not name this fee changes nothing."""
    named = not exemption.fees or owed.fee in {*exemption.fees, TOLD}
    if owed.amount is None or not named:
        return owed
    return replace(owed, amount=reduced(owed.full_amount, exemption.percent), exemption=name)


def gaps(rules: FeeRules, lines: Sequence[Line], *, since: date, days: int) -> list[Gap]:
    """Where the tariff has no line on one of the next days, the first such day of each."""
    found = []
    for fee, channel, variant in _combinations(rules, lines):
        serving = [each for each in lines if each.serves(fee, channel, variant)]
        first = _first_bare(serving, since)
        if first is not None and first <= since + timedelta(days=days):
            found.append(Gap(fee, channel, variant, first))
    return sorted(found, key=lambda gap: (gap.first, gap.fee, gap.channel, gap.variant))


def _serving(lines: Sequence[Line], fee: str, of: Application) -> list[Line]:
    return [each for each in lines if each.serves(fee, of.channel, of.variant)]


def _owed(rules: FeeRules, lines: Sequence[Line], fee: str, of: Application) -> Owed:
    line = line_on(lines, fee, of)
    if line is not None:
        return Owed(fee, line.amount, line.amount, line)
    return _without_line(rules.kinds[fee], lines, fee, of)


def _without_line(kind: FeeKind, lines: Sequence[Line], fee: str, of: Application) -> Owed:
    """What the service's rule says for a day that the tariff forgot; asking is the last resort."""
    if kind.fallback is Fallback.FULL and kind.full is not None:
        return Owed(fee, kind.full, kind.full, fallback=Fallback.FULL)
    last = _last_before(_serving(lines, fee, of), of.day)
    if kind.fallback is Fallback.LAST and last is not None:
        return Owed(fee, last.amount, last.amount, last, fallback=Fallback.LAST)
    return Owed(fee, None, 0, fallback=Fallback.ASK)


def _rank(line: Line) -> tuple[bool, bool, bool]:
    """A line for the variant before one for any, one by decision before the pack's, a channel last."""
    return bool(line.variant), line.decided, bool(line.channel)


def _last_before(lines: Sequence[Line], day: date) -> Line | None:
    ended = [(each.last, bool(each.variant), each) for each in lines if each.last is not None]
    known = [each for each in ended if each[0] < day]
    return max(known, key=lambda each: each[:2])[2] if known else None


def _lessened(owed: Owed, exemptions: Sequence[tuple[str, Exemption]]) -> Owed:
    """The fee with the exemption that takes most off; two are never added up."""
    offers = [exempted(owed, name, each) for name, each in exemptions]
    return min([owed, *offers], key=lambda each: each.amount or 0)


def _combinations(rules: FeeRules, lines: Sequence[Line]) -> Iterator[tuple[str, str, str]]:
    """What must be covered. A fee with lines for variants alone needs none for other applications."""
    for fee in rules.kinds:
        of_fee = [each for each in lines if each.fee == fee]
        variants_only = bool(of_fee) and all(each.variant for each in of_fee)
        variants = [name for name in rules.variants if any(e.variant == name for e in of_fee)]
        for channel in CHANNELS:
            for variant in variants if variants_only else ["", *variants]:
                yield fee, channel, variant


def _first_bare(serving: Sequence[Line], since: date) -> date | None:
    """The first day from `since` on that no line covers; None when there is none."""
    day = since
    while covering := [each for each in serving if each.covers(day)]:
        if any(each.last is None for each in covering):
            return None
        day = max(each.last for each in covering if each.last is not None) + _ONE_DAY
    return day


def by_key(lines: Sequence[Line]) -> Mapping[str, list[Line]]:
    """The lines of each key, the earliest first."""
    found: dict[str, list[Line]] = {}
    for line in sorted(lines, key=lambda each: each.first):
        found.setdefault(line.key, []).append(line)
    return found
