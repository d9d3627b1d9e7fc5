"""How letters word moments, days, channels and periods: by the patterns of the profile."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from dossiers.context import jurisdiction
from dossiers.models import Dossier
from signing import SealAppearance

_MACHINE: Final = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d\S*)?")
_SEALS: Final[Mapping[str, Mapping[str, str]]] = {
    "seal": {
        "signer": "%(agency)s",
        "number": "No. %(number)s",
        "time": "%(time)s",
        "description": "Seal of the agency",
    },
    "personal": {
        "signer": "%(agency)s",
        "time": "%(time)s",
        "description": "Signature of the head",
    },
}
_PATTERNS: Final = {"moment": "%H:%M %d/%m/%Y", "day": "%d/%m/%Y", "date": "%d/%m/%Y"}


def official_language() -> str:
    """The language in which the authority writes."""
    return jurisdiction().profile.languages[0]


def also_in(texts: Mapping[str, str], language: str) -> str:
    """A text in the applicant's language; empty where that is the official one, or there is none."""
    return "" if language == official_language() else texts.get(language, "")


def moment(value: datetime | None) -> str:
    """A moment in words, in the profile's zone; empty for none."""
    return _local(value).strftime(_pattern("moment")) if value else ""


def day(value: datetime | date | None) -> str:
    """A day in long words, as at the head of a letter; empty for none."""
    if value is None:
        return ""
    local = _local(value).date() if isinstance(value, datetime) else value
    return local.strftime(_pattern("day"))


def short_day(value: date) -> str:
    """A day in digits."""
    return value.strftime(_pattern("date"))


def channel(dossier: Dossier) -> str:
    """How a dossier came."""
    return str(_words("channels").get(dossier.channel, dossier.channel))


def time_limit(dossier: Dossier) -> str:
    """What the law gave at reception; empty before."""
    if not dossier.time_limit:
        return ""
    unit = dossier.time_limit["unit"]
    return f"{dossier.time_limit['amount']} {_words('units').get(unit, unit)}"


def status(dossier: Dossier) -> str:
    """Where a dossier stands, by the name that the profile gives it."""
    known = jurisdiction().profile.national_status.get(str(dossier.status), {})
    return str(known.get("name", dossier.status))


def printed(value: Any) -> str:
    """Whatever a process hands over, ready to be printed; moments and days by the patterns."""
    if value is None:
        return ""
    if isinstance(value, str) and _MACHINE.fullmatch(value):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    if isinstance(value, datetime):
        return moment(value)
    return short_day(value) if isinstance(value, date) else str(value)


def seal_appearance(kind: str, said: Mapping[str, str] | None = None) -> SealAppearance:
    """How a seal (`seal`) or a person's own signature (`personal`) looks, by the words of the profile.

    `said` is filled into further lines (`number`); the place is left to who seals.
    """
    words = {**_SEALS[kind], **jurisdiction().profile.wording.get(kind, {})}
    further = [
        words[name].replace(f"%({name})s", value.replace("%", "%%"))
        for name, value in (said or {}).items()
    ]
    return SealAppearance(
        lines=(words["signer"], *further, words["time"]),
        box=(0, 0, 0, 0),
        font_size=9 if further else 10,
        description=words["description"],
        zone=jurisdiction().profile.time_zone,
    )


def _local(value: datetime) -> datetime:
    return value.astimezone(jurisdiction().calendar.zone)


def _pattern(name: str) -> str:
    return str(jurisdiction().profile.wording.get(name, _PATTERNS[name]))


def _words(name: str) -> Mapping[str, str]:
    found: Mapping[str, str] = jurisdiction().profile.wording.get(name, {})
    return found
