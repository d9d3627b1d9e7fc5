"""Whether an agency accepts new dossiers of a service, and which unit handles them."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from administration import Effect, SettingKind, in_force
from administration.kinds import Change
from administration.timeline import Value
from core.errors import N_
from dossiers.errors import ServiceNotOffered
from dossiers.models import Dossier
from dossiers.settled.common import count_dossiers, form_of, name_of_service, require_service
from dossiers.settled.units import require_unit, unit_named, units_to_choose

SERVICE_OFFER: Final = "service-offer"
NO: Final = "no"
_UNIT_HANDLES = N_(
    "What the agency receives from %(first)s on is handled by the unit %(unit)s; dossiers received "
    "before stay where they are."
)
_OFFER_ENDS = N_("From %(first)s on nobody can begin or send a dossier; %(count)s drafts wait.")


def service_offers() -> SettingKind:
    """The kind."""
    return SettingKind(
        SERVICE_OFFER,
        N_("Services on offer"),
        N_("Whether an agency accepts new dossiers of a service, and which unit handles them."),
        form_of(SERVICE_OFFER),
        key=lambda value: str(value["service"]),
        title=name_of_service,
        second_person=True,
        check=_check,
        effects=_effects_of_offer,
        options=units_to_choose,
    )


def require_offered(service_key: str, agency_id: UUID) -> None:
    """Raise ServiceNotOffered, with the notice, where the agency accepts no dossiers of it now."""
    offer = in_force(SERVICE_OFFER, agency_id).get(service_key)
    if offer and offer["offered"] == NO:
        raise ServiceNotOffered(notice=offer["notice"])


def unit_for(service_key: str, agency_id: UUID) -> UUID | None:
    """The unit of an agency that handles what it receives of a service now; None if none is settled."""
    offer = in_force(SERVICE_OFFER, agency_id).get(service_key) or {}
    unit = unit_named(offer["unit"]) if offer.get("unit") else None
    return unit.id if unit is not None and unit.agency_id == agency_id else None


def _check(value: Value) -> None:
    require_service(value)
    require_unit(value)


def _effects_of_offer(change: Change) -> Sequence[Effect]:
    value, first = change.ruling.value or {}, change.ruling.valid_from
    if value.get("offered") != NO:
        unit = value.get("unit")
        return (Effect(_UNIT_HANDLES, {"first": first, "unit": unit}),) if unit else ()
    drafts = (Dossier.service_key == change.key, Dossier.submitted_at.is_(None))
    return (
        Effect(
            _OFFER_ENDS,
            {"first": change.ruling.valid_from, "count": count_dossiers(change, *drafts)},
        ),
    )
