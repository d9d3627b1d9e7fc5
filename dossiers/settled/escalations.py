"""When people of an agency are told of due dates that come near or have passed, and who is."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from administration import Effect, SettingKind, in_force
from administration.kinds import Change
from administration.timeline import Value
from core.errors import N_
from dossiers.escalation.stages import About, Stage, When, Whom
from dossiers.settled.common import form_of, require_service

ESCALATION: Final = "escalation"
_ALL: Final = "*"
_BY_MAIL: Final = "page-and-mail"
_FROM_THEN_ON = N_(
    "From %(first)s on it is looked every hour whether this stage is reached, also for dossiers that "
    "are near their day or late already. Each stage happens once for each due date."
)


def escalation_stages() -> SettingKind:
    """The kind."""
    return SettingKind(
        ESCALATION,
        N_("Escalation of due dates"),
        N_("When people are told of due dates that come near or have passed, and who is."),
        form_of(ESCALATION),
        key=_key,
        title=lambda value: str(value["stage"]),
        second_person=True,
        check=_check,
        effects=_effects,
    )


def stages_for(service_key: str, agency_id: UUID) -> Sequence[Stage]:
    """The stages that hold today; those of a service stand in for equal names of all services."""
    decided = in_force(ESCALATION, agency_id)
    found = {
        value["stage"]: value
        for of in (_ALL, service_key)
        for key, value in decided.items()
        if key.startswith(f"{of}/")
    }
    return [stage_of(value) for _, value in sorted(found.items())]


def stage_of(value: Value) -> Stage:
    """The stage that a decision says."""
    amount: Any = value.get("percent") or value.get("days") or 0
    return Stage(
        str(value["stage"]),
        About(value["about"]),
        When(value["when"]),
        Decimal(str(amount)),
        Whom(value["whom"]),
        str(value.get("queue") or ""),
        value["how"] == _BY_MAIL,
    )


def _key(value: Value) -> str:
    return f"{value.get('service') or _ALL}/{value['stage']}"


def _check(value: Value) -> None:
    if value.get("service"):
        require_service(value)


def _effects(change: Change) -> Sequence[Effect]:
    return (Effect(_FROM_THEN_ON, {"first": change.ruling.valid_from}),)
