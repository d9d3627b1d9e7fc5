"""Fees, periods and patterns of numbers that a service relies on."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from flask_babel import gettext

from administration import EVERYWHERE, Effect, SettingKind, in_force
from administration.kinds import Change
from administration.timeline import Value
from core.errors import N_
from dossiers.settled.common import form_of, name_of_service, pack_of
from forms import AnswersInvalid
from workflows import number_patterns
from workflows.number_rules import PATTERN, books_of
from workflows.pack import ServicePack
from workflows.queries import services

SERVICE_FACT: Final = "service-fact"
_TRUTH: Final = {"true": True, "false": False}
_NO_SUCH_FACT = N_("The service has no fact of this name.")
_NOT_A_NUMBER = N_("Write a number, without separators.")
_NOT_A_TRUTH = N_("Write true or false.")
_BAD_PATTERN = N_(
    "Write a pattern with {sequence} and {agency} in it, once each, and {year} where the book begins "
    "anew each year."
)
_FACT_TAKES_EFFECT = N_(
    "Dossiers submitted from %(first)s on follow it; those submitted before keep what they began with."
)


def service_facts() -> SettingKind:
    """The kind."""
    return SettingKind(
        SERVICE_FACT,
        N_("Tariffs and facts of services"),
        N_("Fees, periods and patterns of numbers that a service relies on."),
        form_of(SERVICE_FACT),
        key=lambda value: f"{value['service']}/{value['name']}",
        title=lambda value: f"{value['name']}: {name_of_service(value)}",
        second_person=True,
        check=_check_fact,
        effects=_effects_of_fact,
        defaults=_facts_of_packs,
    )


def facts_of(
    pack: ServicePack, agency_id: UUID = EVERYWHERE, *, day: date | None = None
) -> dict[str, Any]:
    """The facts that a service relies on (on a day, else today): those of its manifest, unless others
    were decided."""
    key, decided = pack.manifest.key, in_force(SERVICE_FACT, agency_id, day=day)
    return {
        name: _typed(decided[f"{key}/{name}"]["value"], fact.value)
        if f"{key}/{name}" in decided
        else fact.value
        for name, fact in pack.manifest.settings.items()
    }


def _typed(words: str, like: Any) -> Any:
    """A decided value as the manifest's value is: a truth, a number or a text; raises ValueError."""
    if isinstance(like, bool):
        return _TRUTH[words]
    if isinstance(like, int | float):
        number = Decimal(words)
        return int(number) if number == int(number) else number
    return words


def _check_fact(value: Value) -> None:
    manifest = pack_of(value).manifest
    fact = manifest.settings.get(value["name"])
    if fact is None:
        raise AnswersInvalid({("name",): [gettext(_NO_SUCH_FACT)]})
    try:
        typed = _typed(value["value"], fact.value)
        if value["name"] in books_of(manifest).values():
            _check_pattern(str(typed), yearly=manifest.numbering.yearly)
    except (InvalidOperation, KeyError, ValueError, IndexError, AttributeError) as error:
        raise AnswersInvalid({("value",): [gettext(_remedy(value["name"], fact.value))]}) from error


def _check_pattern(pattern: str, *, yearly: bool) -> None:
    if not number_patterns.is_sound(pattern, yearly=yearly):
        raise ValueError(pattern)


def _remedy(name: str, like: Any) -> str:
    if name.startswith(PATTERN):
        return _BAD_PATTERN
    return _NOT_A_TRUTH if isinstance(like, bool) else _NOT_A_NUMBER


def _effects_of_fact(change: Change) -> Sequence[Effect]:
    return (Effect(_FACT_TAKES_EFFECT, {"first": change.ruling.valid_from}),)


def _facts_of_packs() -> list[Mapping[str, Any]]:
    return [
        {
            "service": pack.manifest.key,
            "name": name,
            "value": _words(fact.value),
            "basis": fact.source,
        }
        for pack in services()
        for name, fact in pack.manifest.settings.items()
    ]


def _words(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
