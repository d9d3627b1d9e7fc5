"""The one context that every letter of a service is written from.

A template reads it with `#let data = json(bytes(sys.inputs.data))`. All values are ready to be printed
in the dossier's language, except `dated`, which becomes the date of the PDF itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.models import Agency
from core.clock import day_of
from core.i18n import pick
from dossiers.context import jurisdiction
from dossiers.models import Document, Dossier
from dossiers.settled import facts_of
from forms import code_tables
from workflows.pack import ServicePack


@dataclass(frozen=True)
class LetterSubject:
    """What a letter is about, read in one go so that no transaction is open while it is typeset."""

    dossier: Dossier
    pack: ServicePack
    agency: Agency
    agency_names: Mapping[str, str]
    documents: tuple[Document, ...]


def letter_context(
    subject: LetterSubject, result: Mapping[str, Any], moment: datetime
) -> dict[str, Any]:
    """The documented context; `result` is empty until a number was reserved."""
    dossier, pack = subject.dossier, subject.pack
    language = "vi"
    return {
        "dated": moment.isoformat(),
        "language": language,
        "agency": {"name": pick(subject.agency_names, language), "code": subject.agency.code},
        "service": {
            "name": pick(pack.manifest.name, language),
            "procedure_code": str(facts_of(pack, subject.agency.id)["procedure_code"]),
        },
        "dossier": {
            "code": dossier.code or dossier.reference,
            "reference": dossier.reference,
            "received": _moment(dossier.received_at),
            "due": _moment(dossier.due_at),
            "track_url": f"{jurisdiction().public_url}/dossiers/{dossier.reference}",
        },
        "owner": {
            "number": dossier.organisation_number,
            "name": dossier.organisation_name,
            "address": dossier.answers.get("organisation_address", ""),
        },
        "documents": _components(subject.documents, pack, language),
        "facts": facts_in_words(pack, dossier, language),
        "result": _result(result),
    }


def check_url(check_code: str) -> str:
    """The public address at which anybody can check a result; this is what its QR code holds."""
    return f"{jurisdiction().public_url}/verify/{check_code}"


def facts_in_words(pack: ServicePack, dossier: Dossier, language: str) -> list[dict[str, str]]:
    """The public facts of an application, each with its name, as its form words the answers."""
    form = pack.form(pack.manifest.application_form)
    with code_tables.as_of(day_of(dossier.submitted_at)):
        told = form.summary(dossier.answers, language)
    worded = {row.component_id: row.value for row in told}
    return [
        {
            "name": pick(pack.manifest.fact_names[fact], language),
            "value": worded.get(expression.removeprefix("=").strip(), ""),
        }
        for fact, expression in pack.manifest.register_facts.items()
    ]


def _components(
    documents: Iterable[Document], pack: ServicePack, language: str
) -> list[dict[str, Any]]:
    counts: dict[str, int] = {}
    for document in documents:
        if document.origin == "applicant":
            counts[document.document_type] = counts.get(document.document_type, 0) + 1
    return [
        {"name": pack.document_name(kind, language), "count": count}
        for kind, count in counts.items()
    ]


def _result(result: Mapping[str, Any]) -> dict[str, str]:
    if not result:
        return {}
    issued_on: date = result["issued_on"]
    return {
        "number": result["number"],
        "issued_on": f"ngày {issued_on.day:02d} tháng {issued_on.month:02d} năm {issued_on.year}",
        "check_url": check_url(result["check_code"]),
    }


def _moment(moment: datetime | None) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(jurisdiction().calendar.zone)
    return f"{local:%H:%M} ngày {local:%d/%m/%Y}"
