"""Taking over what an applicant sends, checked as a whole."""

from collections.abc import Sequence
from typing import Any

from accounts.actor import SIGNING, Actor
from dossiers.errors import DocumentsMissing, PapersBeingChecked, PapersRefused
from dossiers.models import Document, DocumentState, Dossier
from dossiers.operations.reasons import keep_reason
from dossiers.queries import documents, documents_lacking
from workflows.pack import ServicePack
from workflows.sections.desk import AT_DESK


def take_over_answers(
    dossier: Dossier, pack: ServicePack, language: str, *, sender: Actor
) -> dict[str, Any]:
    """Check the answers and papers of a locked dossier as a whole and take over what they say.

    Returns the clean answers. Raises InvalidRequest, DocumentsMissing, PapersBeingChecked,
    PapersRefused.
    """
    answers = pack.form(pack.manifest.application_form).load(dossier.answers, language)
    attached = documents(dossier)
    _require_checked(attached, pack, language, at_desk=dossier.channel in AT_DESK)
    if missing := documents_lacking(dossier, pack, answers, attached):
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


def _require_checked(
    attached: Sequence[Document], pack: ServicePack, language: str, *, at_desk: bool
) -> None:
    """Refuse to take over papers that have not passed their check.

    What was refused must be replaced or taken out first; at the desk the paper itself was there.
    """
    by_state: dict[DocumentState, dict[str, str]] = {state: {} for state in DocumentState}
    for each in attached:
        name = pack.document_name(each.document_type, language)
        by_state[each.state][each.document_type] = name
    if checking := by_state[DocumentState.CHECKING]:
        raise PapersBeingChecked(papers=", ".join(checking.values()))
    refused, passed = by_state[DocumentState.REFUSED], by_state[DocumentState.THERE]
    fields: dict[tuple[str | int, ...], list[str]] = {
        ("documents", kind): [name] for kind, name in refused.items() if kind not in passed
    }
    if fields and not at_desk:
        raise PapersRefused(fields, papers=", ".join(name for (name,) in fields.values()))
