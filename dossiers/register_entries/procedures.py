"""Staff begin a case about an entry: a revocation, a suspension, whatever its service offers."""

from uuid import UUID

from accounts import policy
from accounts.actor import Actor
from accounts.policy import Action
from dossiers.audit import DossierTag
from dossiers.operations.journal import record
from dossiers.operations.proceedings import open_proceeding
from dossiers.register_entries import queries
from dossiers.register_entries.errors import ProcedureUnknown
from dossiers.register_entries.follow_ups import facts_for_process
from dossiers.register_entries.operations import lock_entry
from dossiers.register_entries.rules import rules_of


def begin_procedure(entry_id: UUID, name: str, *, actor: Actor) -> UUID:
    """Begin a procedure of the service about an entry; returns its process instance.

    Raises EntryNotFound, ActionRefused, ProcedureUnknown.
    """
    seen = queries.find_entry(entry_id, visible_to=actor)
    policy.require(actor, Action.ENTRY_PROCEED, queries.dossier_behind(seen))
    pack = rules_of(seen)
    procedure = pack.manifest.register.procedures.get(name)
    if procedure is None:
        raise ProcedureUnknown
    entry = lock_entry(entry_id)
    told = {"entry": facts_for_process(entry), "begun_by": actor.id}
    details = {"number": entry.number, "procedure": name}
    subject = f"entry:{entry.id}"
    record(
        DossierTag.PROCEDURE_BEGUN,
        entry.dossier_id,
        actor=actor.id,
        subject=subject,
        details=details,
    )
    return open_proceeding(entry, procedure.process, told, version=pack.version)
