"""Code tables from which forms take choices: those of the profile, with what was decided since."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask_babel import get_locale, gettext

from administration import EVERYWHERE, Effect, SettingKind
from administration.kinds import Change
from administration.reading import rulings_of
from administration.timeline import Ruling, Value, value_on
from core.clock import today
from core.errors import N_
from core.i18n import pick
from dossiers.settled.common import form_of
from forms import AnswersInvalid, Option
from workflows.profiles import Profile

CODE: Final = "code"
NO: Final = "no"
_NO_SUCH_TABLE = N_("There is no such table. Choose one of: %(known)s.")
_NAMED_ANEW = N_(
    "From %(first)s on it is chosen by this name; answers given before keep the name of their day."
)
_NO_LONGER = N_(
    "From %(first)s on nobody can choose it; answers given before keep it. Drafts must choose anew."
)


def code_entries(profile: Profile) -> SettingKind:
    """The kind."""
    return SettingKind(
        CODE,
        N_("Code tables"),
        N_("Codes and names from which forms let people choose, such as provinces."),
        form_of(CODE),
        key=_key,
        title=lambda value: pick(_names(value), str(get_locale())),
        second_person=True,
        per_agency=False,
        check=lambda value: _check_table(value, profile),
        effects=_effects,
        defaults=lambda: _defaults(profile),
    )


@dataclass(frozen=True)
class SettledCodes:
    """The code tables of a profile, under what was decided about them."""

    profile: Profile

    def names(self) -> frozenset[str]:
        """The tables there are."""
        return frozenset(self.profile.codes)

    def codes(self, table: str, day: date) -> Sequence[Option]:
        """The codes that may be chosen on a day, by code."""
        held = (value_on(day, rulings) for rulings in self._rulings(table).values())
        usable = [value for value in held if value and value["usable"] != NO]
        return [
            Option(value["code"], _names(value))
            for value in sorted(usable, key=lambda value: str(value["code"]))
        ]

    def _rulings(self, table: str) -> Mapping[str, tuple[Ruling, ...]]:
        """By key, the profile's first: what was decided prevails."""
        rulings: dict[str, tuple[Ruling, ...]] = {}
        for ruling in _rulings_of_profile(self.profile, table):
            key = _key(ruling.value or {})
            rulings[key] = (*rulings.get(key, ()), ruling)
        for key, decided in rulings_of(CODE).get(EVERYWHERE, {}).items():
            if key.startswith(f"{table}/"):
                rulings[key] = (*rulings.get(key, ()), *decided)
        return rulings


def _rulings_of_profile(profile: Profile, table: str) -> Iterator[Ruling]:
    for entry in profile.codes[table]["codes"]:
        value = {
            "table": table,
            "code": entry["code"],
            "name_vi": entry["name"]["vi"],
            "name_en": entry["name"]["en"],
            "usable": "yes",
        }
        yield Ruling(value, entry.get("from", date.min), entry.get("until"))


def _key(value: Value) -> str:
    return f"{value['table']}/{value['code']}"


def _names(value: Value) -> Mapping[str, str]:
    return {"vi": value["name_vi"], "en": value.get("name_en") or value["name_vi"]}


def _check_table(value: Value, profile: Profile) -> None:
    if value["table"] not in profile.codes:
        known = ", ".join(sorted(profile.codes))
        raise AnswersInvalid({("table",): [gettext(_NO_SUCH_TABLE, known=known)]})


def _effects(change: Change) -> Sequence[Effect]:
    value = change.ruling.value or {}
    message = _NO_LONGER if value.get("usable") == NO else _NAMED_ANEW
    return (Effect(message, {"first": change.ruling.valid_from}),)


def _defaults(profile: Profile) -> list[Value]:
    """What the profile says about today."""
    return [
        ruling.value
        for table in profile.codes
        for ruling in _rulings_of_profile(profile, table)
        if ruling.value and value_on(today(), [ruling])
    ]
