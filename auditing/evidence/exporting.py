"""Exporting a case: on record with its purpose before the first byte leaves."""

from typing import BinaryIO

from accounts.actor import Actor
from auditing.audit import AuditingTag
from auditing.errors import PurposeMissing
from auditing.evidence.archive import write_evidence
from core.audit import note
from core.database import reading, transaction
from dossiers.queries import find_dossier_by_reference


def export_case(file: BinaryIO, reference: str, *, purpose: str, language: str, by: Actor) -> None:
    """Write the archive of a case that this actor may see.

    Raises DossierNotFound, PurposeMissing, and as `write_evidence` does.
    """
    if not purpose.strip():
        raise PurposeMissing
    with transaction():
        dossier = find_dossier_by_reference(reference, visible_to=by)
        note(
            AuditingTag.CASE_EXPORTED,
            actor=by.id,
            subject=f"dossier:{dossier.id}",
            chain=dossier.id,
            details={"purpose": purpose.strip()},
            agency_id=dossier.agency_id,
        )
    with reading():
        dossier = find_dossier_by_reference(reference, visible_to=by)
        write_evidence(file, dossier, language)
