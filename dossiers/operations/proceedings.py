"""Starting a process about a dossier or a register entry."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core.clock import now
from core.database import db, remembered
from core.ids import new_id
from dossiers.context import jurisdiction
from dossiers.models import Dossier, Proceeding, RegisterEntry
from dossiers.settled import facts_of
from engine import operations as engine
from workflows.pack import ServicePack
from workflows.queries import definition_of

_PROCEEDINGS = "proceedings by instance"


def open_proceeding(
    about: Dossier | RegisterEntry,
    process_id: str,
    variables: Mapping[str, Any],
    *,
    version: str = "",
) -> UUID:
    """Start a process of the version that the dossier or entry is pinned to, or of another one;
    returns its instance, which becomes the dossier's own if it is about one.

    The proceeding is there before the process takes its first step: what happens in it must be known
    to belong to somebody.
    """
    return engine.start(
        definition_of(version or about.service_version),
        process_id,
        variables,
        instance_id=_known(about, version),
        business_key=str(about.id),
    )


def enter_proceeding(
    dossier: Dossier,
    process_id: str,
    element_id: str,
    variables: Mapping[str, Any],
    *,
    by: str,
    reason: str,
) -> UUID:
    """Like `open_proceeding`, but as if the process had come to an element already.

    Raises EntryRefused, EntryFailed.
    """
    return engine.enter(
        definition_of(dossier.service_version),
        process_id,
        element_id,
        variables,
        instance_id=_known(dossier),
        business_key=str(dossier.id),
        actor=by,
        reason=reason,
    )


def first_variables(dossier: Dossier, pack: ServicePack, applicant: str | None) -> dict[str, Any]:
    """What the process of a dossier begins with; `applicant` is the id of an actor, if one is known."""
    day = jurisdiction().calendar.local_date(dossier.submitted_at or now())
    return {
        "dossier": {"id": str(dossier.id), "applicant": applicant, "submitted_on": day},
        pack.manifest.application_form: dossier.answers,
        "settings": facts_of(pack, dossier.agency_id),
    }


def proceeding_of(instance_id: UUID) -> Proceeding:
    """The proceeding that a process belongs to; asking again in the same transaction costs nothing."""
    known: dict[UUID, Proceeding] = remembered().setdefault(_PROCEEDINGS, {})
    if instance_id not in known:
        known[instance_id] = db.session.get_one(Proceeding, instance_id)
    return known[instance_id]


def _known(about: Dossier | RegisterEntry, version: str = "") -> UUID:
    """Write down to what a process will belong; returns the id of its instance to be."""
    proceeding = _proceeding(about)
    proceeding.service_version = version or about.service_version
    db.session.add(proceeding)
    db.session.flush()
    remembered().setdefault(_PROCEEDINGS, {})[proceeding.instance_id] = proceeding
    return proceeding.instance_id


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
        proceeding.unit_id = db.session.get_one(Dossier, about.dossier_id).unit_id
    else:
        proceeding.reference, proceeding.dossier_id = about.reference, about.id
        proceeding.unit_id = about.unit_id
        about.instance_id = proceeding.instance_id
    return proceeding
