"""Starting a process about a dossier or a register entry."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core.database import db, remembered
from core.ids import new_id
from dossiers.models import Dossier, Proceeding, RegisterEntry
from engine import operations as engine
from workflows.queries import definition_of

_PROCEEDINGS = "proceedings by instance"


def open_proceeding(
    about: Dossier | RegisterEntry, process_id: str, variables: Mapping[str, Any]
) -> UUID:
    """Start a process of the version that the dossier or entry is pinned to; returns its instance,
    which becomes the dossier's own if it is about one.

    The proceeding is there before the process takes its first step: what happens in it must be known
    to belong to somebody.
    """
    proceeding = _proceeding(about)
    db.session.add(proceeding)
    db.session.flush()
    remembered().setdefault(_PROCEEDINGS, {})[proceeding.instance_id] = proceeding
    return engine.start(
        definition_of(about.service_version),
        process_id,
        variables,
        instance_id=proceeding.instance_id,
        business_key=str(about.id),
    )


def proceeding_of(instance_id: UUID) -> Proceeding:
    """The proceeding that a process belongs to; asking again in the same transaction costs nothing."""
    known: dict[UUID, Proceeding] = remembered().setdefault(_PROCEEDINGS, {})
    if instance_id not in known:
        known[instance_id] = db.session.get_one(Proceeding, instance_id)
    return known[instance_id]


def _proceeding(about: Dossier | RegisterEntry) -> Proceeding:
    proceeding = Proceeding(
        instance_id=new_id(),
        agency_id=about.agency_id,
        service_key=about.service_key,
        service_version=about.service_version,
        owner_id=about.owner_id,
    )
    if isinstance(about, RegisterEntry):
        proceeding.reference, proceeding.dossier_id = about.number, about.dossier_id
        proceeding.entry_id = about.id
    else:
        proceeding.reference, proceeding.dossier_id = about.reference, about.id
        proceeding.unit_id = about.unit_id
        about.instance_id = proceeding.instance_id
    return proceeding
