"""Taking over what an applicant sends, checked as a whole."""

from typing import Any

from accounts.actor import SIGNING, Actor
from dossiers.errors import DocumentsMissing
from dossiers.models import Dossier
from dossiers.operations.reasons import keep_reason
from dossiers.queries import documents_lacking
from workflows.pack import ServicePack


def take_over_answers(
    dossier: Dossier, pack: ServicePack, language: str, *, sender: Actor
) -> dict[str, Any]:
    """Check the answers and papers of a locked dossier as a whole and take over what they say.

    Returns the clean answers. Raises InvalidRequest, DocumentsMissing.
    """
    answers = pack.form(pack.manifest.application_form).load(dossier.answers, language)
    if missing := documents_lacking(dossier, pack, answers):
        raise DocumentsMissing(
            {("documents", kind): [pack.document_name(kind, language)] for kind in missing}
        )
    keep_reason(dossier.id, "", pack.decide(pack.manifest.documents_decision, answers))
    dossier.answers = answers
    dossier.organisation_number = pack.read(pack.manifest.owner_number, answers)
    dossier.organisation_name = pack.read(pack.manifest.owner_name, answers)
    if not dossier.acting_for and dossier.mandate_id is None:
        represented = dossier.organisation_number in sender.organisations_as(SIGNING)
        dossier.acting_for = dossier.organisation_number or "" if represented else ""
    return answers
