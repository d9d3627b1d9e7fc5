"""Which entry of the register a case is about: the one it began with, named in answers, or its own."""

from uuid import UUID

from sqlalchemy import select

from core.clock import today
from core.database import db
from dossiers.errors import EntryNotFound
from dossiers.models import Dossier, RegisterEntry
from dossiers.operations.locking import lock_dossier
from dossiers.operations.proceedings import proceeding_of
from dossiers.register_entries import uniqueness
from dossiers.register_entries.errors import EntryNotTheirs
from dossiers.register_entries.operations import lock_entry
from dossiers.register_entries.uniqueness import STANDING, Standing
from workflows.pack import ServicePack
from workflows.queries import service_version


def entry_of_process(instance_id: UUID) -> RegisterEntry:
    """The entry that a process is to change, locked; raises EntryNotTheirs, EntryNotFound."""
    proceeding = proceeding_of(instance_id)
    if proceeding.entry_id is not None:
        return lock_entry(proceeding.entry_id)
    dossier = lock_dossier(proceeding.dossier_id)
    named = named_entry(dossier, service_version(dossier.service_version))
    own = select(RegisterEntry.id).where(RegisterEntry.dossier_id == dossier.id)
    entry_id = named.id if named is not None else db.session.scalars(own).first()
    if entry_id is None:
        raise EntryNotFound
    return lock_entry(entry_id)


def require_fitting(dossier: Dossier, pack: ServicePack, language: str) -> None:
    """Raise unless the register lets a dossier be sent: EntryNotTheirs, EntryStands."""
    about = named_entry(dossier, pack)
    uniqueness.require_free(dossier, pack, language, besides=about.id if about else None)


def in_the_way(dossier: Dossier, pack: ServicePack) -> list[Standing]:
    """Which standing entries say what the result would say and only one may, for who applies."""
    about = named_entry(dossier, pack)
    return uniqueness.standing_entries(dossier, pack, besides=about.id if about else None)


def named_entry(dossier: Dossier, pack: ServicePack) -> RegisterEntry | None:
    """The standing entry that a dossier's answers name; None where its service changes none.

    It must be of the same agency and holder: raises EntryNotTheirs.
    """
    about = pack.manifest.register.about
    if about is None:
        return None
    number = str(pack.read(about.number, dossier.answers) or "").strip()
    if not number:
        return None
    found = db.session.scalars(
        select(RegisterEntry).where(
            RegisterEntry.number == number,
            RegisterEntry.agency_id == dossier.agency_id,
            RegisterEntry.organisation_number == _holder(dossier, pack),
            RegisterEntry.service_key.in_(about.services or [dossier.service_key]),
            RegisterEntry.state.in_(STANDING),
        )
    ).one_or_none()
    if found is None or (found.valid_until is not None and found.valid_until < today()):
        raise EntryNotTheirs(number=number)
    return found


def _holder(dossier: Dossier, pack: ServicePack) -> str:
    """The number of who is to hold the result; a draft only says so in its answers."""
    said = dossier.organisation_number or pack.read(pack.manifest.owner_number, dossier.answers)
    return str(said or "")
