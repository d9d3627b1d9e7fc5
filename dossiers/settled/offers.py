"""Whether an agency accepts new dossiers of a service."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from administration import Effect, SettingKind, in_force
from administration.kinds import Change
from core.errors import N_
from dossiers.errors import ServiceNotOffered
from dossiers.models import Dossier
from dossiers.settled.common import count_dossiers, form_of, name_of_service, require_service

SERVICE_OFFER: Final = "service-offer"
NO: Final = "no"
_OFFER_ENDS = N_("From %(first)s on nobody can begin or send a dossier; %(count)s drafts wait.")


def service_offers() -> SettingKind:
    """The kind."""
    return SettingKind(
        SERVICE_OFFER,
        N_("Services on offer"),
        N_("Whether an agency accepts new dossiers of a service."),
        form_of(SERVICE_OFFER),
        key=lambda value: str(value["service"]),
        title=name_of_service,
        second_person=True,
        check=require_service,
        effects=_effects_of_offer,
    )


def require_offered(service_key: str, agency_id: UUID) -> None:
    """Raise ServiceNotOffered, with the notice, where the agency accepts no dossiers of it now."""
    offer = in_force(SERVICE_OFFER, agency_id).get(service_key)
    if offer and offer["offered"] == NO:
        raise ServiceNotOffered(notice=offer["notice"])


def _effects_of_offer(change: Change) -> Sequence[Effect]:
    value = change.ruling.value or {}
    if value.get("offered") != NO:
        return ()
    drafts = (Dossier.service_key == change.key, Dossier.submitted_at.is_(None))
    return (
        Effect(
            _OFFER_ENDS,
            {"first": change.ruling.valid_from, "count": count_dossiers(change, *drafts)},
        ),
    )
